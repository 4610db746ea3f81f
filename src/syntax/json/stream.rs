//! Reading a large text piece by piece: only the values that somebody asks for become a tree.

use super::{Read, Reader};
use std::ops::Range;

impl Reader<'_> {
    /// Reads an object member by member. `visit` is given the name, the bytes of the name with its quotes, and the
    /// reader before the value, of which it must read or skip exactly one.
    pub fn each_member(&mut self, mut visit: impl FnMut(&str, Range<usize>, &mut Self) -> Read<()>) -> Read<()> {
        if !self.eat(b'{') {
            return Err(self.expected("an object"));
        }
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            if self.next() != Some(b'"') {
                return Err(self.expected("a name in double quotes"));
            }
            let start = self.at;
            let name = self.string()?;
            let name_at = start..self.at;
            if !self.eat(b':') {
                return Err(self.expected("`:` and a value"));
            }
            visit(&name, name_at, self)?;
            if self.eat(b'}') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    /// Reads an array item by item. `visit` is given the reader before the item, and must read or skip exactly one
    /// value.
    pub fn each_item(&mut self, mut visit: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        if !self.eat(b'[') {
            return Err(self.expected("an array"));
        }
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            visit(self)?;
            if self.eat(b']') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    /// Skips the next value and returns its bytes. Of what is skipped, only brackets and strings are checked.
    pub fn skip(&mut self) -> Read<Range<usize>> {
        let first = self.next();
        let start = self.at;
        match first {
            Some(b'{' | b'[') => self.skip_nested()?,
            Some(b'"') => self.at = super::string::end(self.text, start)?,
            Some(b'-' | b'0'..=b'9') => _ = self.number()?,
            _ => _ = self.word()?,
        }
        Ok(start..self.at)
    }

    fn skip_nested(&mut self) -> Read<()> {
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    self.at = super::string::end(self.text, self.at)?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
        Err(self.expected("a closing bracket"))
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{Derived, SourceId};
    use crate::syntax::json::{Reader, Rules};

    const RULES: Rules = Rules { depth: 8, values: 100, trailing_commas: false };

    #[test]
    fn only_what_is_asked_for_is_read() {
        let text = r#"{"skipped": [{"a": "]}\"", "b": [1, -2.5e3, null]}], "items": [1, "x", {}], "last": true}"#;
        let derived = Derived::file(SourceId(0), text);
        let mut reader = Reader::new(&derived, RULES);
        let mut seen = Vec::new();
        let read = reader.each_member(|name, at, reader| {
            assert_eq!(text.get(at), Some(format!("\"{name}\"").as_str()));
            if name != "items" {
                seen.push(text[reader.skip()?].to_owned());
                return Ok(());
            }
            reader.each_item(|reader| {
                seen.push(text[reader.value()?.at].to_owned());
                Ok(())
            })
        });
        assert!(read.is_ok() && reader.is_end());
        assert_eq!(seen, [r#"[{"a": "]}\"", "b": [1, -2.5e3, null]}]"#, "1", "\"x\"", "{}", "true"]);
        for broken in ["{\"a\": [1, 2", "{\"a\": \"x", "{\"a\" 1}", "{\"a\": }"] {
            let derived = Derived::file(SourceId(0), broken);
            let mut reader = Reader::new(&derived, RULES);
            assert!(reader.each_member(|_, _, reader| reader.skip().map(drop)).is_err(), "{broken}");
        }
    }
}
