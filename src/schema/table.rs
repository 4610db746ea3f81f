//! The bytes of the table, and how they are cut.
//!
//! `tools/schemas/src/write.rs` writes this form and describes it. All numbers are little-endian. A list of texts or
//! bodies is `n + 1` offsets of three bytes, and then the bytes that they cut. Reading never fails: what is not there
//! is empty.

use std::ops::Range;
use std::sync::LazyLock;

static BYTES: &[u8] = include_bytes!("schemas.bin");

/// The table with its sections.
pub static TABLE: LazyLock<Table> = LazyLock::new(Table::cut);

/// Where the sections of the table lie.
pub struct Table {
    /// `aws 4 5 6`
    pub families: List,
    /// Names of arguments, sorted.
    pub names: List,
    /// Keys of types, sorted.
    pub types: List,
    /// Types of values: `ls` is a list of strings.
    pub values: List,
    /// Bodies: arguments sorted by name.
    pub bodies: List,
    type_rows: &'static [u8],
    kind_rows: &'static [u8],
}

/// A list of pieces of bytes.
pub struct List {
    offsets: &'static [u8],
    bytes: &'static [u8],
}

/// What a row of the types says.
pub struct TypeRow {
    /// Number of the family.
    pub family: usize,
    /// Number of the body.
    pub body: usize,
    /// Releases that have the type.
    pub releases: u16,
}

/// What many arguments have in common.
pub struct KindRow {
    /// Flags of `argument.rs`.
    pub flags: u16,
    /// Releases that have the argument.
    pub releases: u16,
    /// How a body is nested; zero without a body.
    pub nesting: u8,
    /// Number of the type of values.
    pub value: usize,
}

const TYPE_ROW: usize = 6;
const KIND_ROW: usize = 7;

impl Table {
    fn cut() -> Self {
        let mut reader = Reader { rest: BYTES };
        reader.take(4);
        let [families, names, types, kinds, values, bodies] = [(); 6].map(|()| number(reader.take(4)));
        let families = reader.list(families);
        let names = reader.list(names);
        let type_count = types;
        let types = reader.list(type_count);
        let type_rows = reader.take(type_count * TYPE_ROW);
        let values = reader.list(values);
        let kind_rows = reader.take(kinds * KIND_ROW);
        let bodies = reader.list(bodies);
        Self { families, names, types, values, bodies, type_rows, kind_rows }
    }

    /// The row of a type.
    pub fn type_row(&self, at: usize) -> TypeRow {
        let row = piece(self.type_rows, at * TYPE_ROW..(at + 1) * TYPE_ROW);
        TypeRow {
            family: number(piece(row, 0..1)),
            body: number(piece(row, 1..4)),
            releases: number(piece(row, 4..6)) as u16,
        }
    }

    /// The row of a kind.
    pub fn kind_row(&self, at: usize) -> KindRow {
        let row = piece(self.kind_rows, at * KIND_ROW..(at + 1) * KIND_ROW);
        KindRow {
            flags: number(piece(row, 0..2)) as u16,
            releases: number(piece(row, 2..4)) as u16,
            nesting: number(piece(row, 4..5)) as u8,
            value: number(piece(row, 5..7)),
        }
    }
}

impl List {
    /// How many pieces there are.
    pub fn len(&self) -> usize {
        (self.offsets.len() / 3).saturating_sub(1)
    }

    /// The piece with a number.
    pub fn get(&self, at: usize) -> &'static [u8] {
        let offset = |at: usize| number(piece(self.offsets, at * 3..at * 3 + 3));
        piece(self.bytes, offset(at)..offset(at + 1))
    }

    /// The piece with a number, as text.
    pub fn text(&self, at: usize) -> &'static str {
        std::str::from_utf8(self.get(at)).unwrap_or_default()
    }

    /// The number of the first piece of a sorted list that is not below `text`.
    pub fn position(&self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.get(middle) < text.as_bytes() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The number of a piece of a sorted list.
    pub fn find(&self, text: &str) -> Option<usize> {
        let at = self.position(text);
        (self.get(at) == text.as_bytes() && at < self.len()).then_some(at)
    }
}

/// Takes pieces from the front.
pub struct Reader {
    /// What is left.
    pub rest: &'static [u8],
}

impl Reader {
    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> &'static [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// The next number, of seven bits a byte.
    pub fn varint(&mut self) -> usize {
        let mut value = 0;
        for shift in (0..28).step_by(7) {
            let byte = number(self.take(1));
            value |= (byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    fn list(&mut self, count: usize) -> List {
        let offsets = self.take((count + 1) * 3);
        let length = number(piece(offsets, count * 3..count * 3 + 3));
        List { offsets, bytes: self.take(length) }
    }
}

/// The number that a few bytes are.
pub fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
}

fn piece(bytes: &'static [u8], range: Range<usize>) -> &'static [u8] {
    bytes.get(range).unwrap_or_default()
}
