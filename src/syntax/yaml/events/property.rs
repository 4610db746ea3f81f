//! Directives, anchors, aliases and tags.

use super::scanner::Scanner;
use super::token::{Fault, Token, TokenKind};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

impl<'a> Scanner<'a> {
    /// Scans `%YAML` or `%TAG` with the rest of its line.
    pub(super) fn scan_directive(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.cursor.at;
        self.cursor.skip();
        let name = self.cursor.at;
        self.cursor.skip_while(is_word);
        let kind = match self.cursor.slice(name..self.cursor.at) {
            "YAML" => {
                self.skip_blanks();
                let major = self.scan_version_number()?;
                if !self.cursor.is(b'.') {
                    return Err(self.cursor.fault("a version such as `1.1` is expected"));
                }
                self.cursor.skip();
                TokenKind::VersionDirective(major, self.scan_version_number()?)
            }
            "TAG" => {
                self.skip_blanks();
                let handle = self.scan_tag_handle();
                if handle.len() > 1 && !handle.ends_with('!') || !self.cursor.is_blank() {
                    return Err(self.cursor.fault("a tag handle such as `!e!` is expected"));
                }
                self.skip_blanks();
                let prefix = self.scan_tag_uri()?;
                if prefix.is_empty() || !self.cursor.is_blank_or_end(0) {
                    return Err(self.cursor.fault("a tag prefix is expected"));
                }
                TokenKind::TagDirective(Cow::Borrowed(handle), prefix)
            }
            _ => return Err(self.cursor.fault_since(start, "there are no directives but `%YAML` and `%TAG`")),
        };
        let end = self.cursor.at;
        self.skip_blanks();
        self.skip_comment();
        if !self.cursor.is_line_end() {
            return Err(self.cursor.fault("nothing but a comment may follow a directive"));
        }
        self.cursor.skip_line();
        Ok(Token { kind, range: start..end })
    }

    fn skip_blanks(&mut self) {
        self.cursor.skip_while(|byte| byte == b' ' || byte == b'\t');
    }

    fn scan_version_number(&mut self) -> Result<u32, Fault> {
        let start = self.cursor.at;
        self.cursor.skip_while(|byte| byte.is_ascii_digit());
        let number = self.cursor.slice(start..self.cursor.at);
        let number = if number.len() <= 2 { number.parse().ok() } else { None };
        number.ok_or_else(|| self.cursor.fault_since(start, "a version such as `1.1` is expected"))
    }

    /// Scans `&name` or `*name`.
    pub(super) fn scan_anchor(&mut self, is_alias: bool) -> Result<Token<'a>, Fault> {
        let start = self.cursor.at;
        self.cursor.skip();
        self.cursor.skip_while(is_word);
        let name = self.cursor.slice(start + 1..self.cursor.at);
        let ends = matches!(self.cursor.byte(0), Some(b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'));
        if name.is_empty() || !ends && !self.cursor.is_blank_or_end(0) {
            return Err(self.cursor.fault("the name of an anchor has letters, digits, `-` and `_` only; quote a text"));
        }
        let kind = if is_alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) };
        Ok(Token { kind, range: start..self.cursor.at })
    }

    /// Scans `!suffix`, `!handle!suffix`, `!<verbatim>` or `!`.
    pub(super) fn scan_tag(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.cursor.at;
        let kind = if self.cursor.byte(1) == Some(b'<') {
            self.cursor.skip_ascii(2);
            let suffix = self.scan_tag_uri()?;
            if suffix.is_empty() || !self.cursor.is(b'>') {
                return Err(self.cursor.fault("a verbatim tag is written `!<uri>`"));
            }
            self.cursor.skip();
            TokenKind::Tag(Cow::Borrowed(""), suffix)
        } else {
            let handle = self.scan_tag_handle();
            if handle.len() > 1 && handle.ends_with('!') {
                let suffix = self.scan_tag_uri()?;
                if suffix.is_empty() {
                    return Err(self.cursor.fault("the name of a tag is expected"));
                }
                TokenKind::Tag(Cow::Borrowed(handle), suffix)
            } else {
                let rest = self.scan_tag_uri()?;
                let word = handle.get(1..).unwrap_or_default();
                match (word.is_empty(), rest.is_empty()) {
                    (true, true) => TokenKind::Tag(Cow::Borrowed(""), Cow::Borrowed("!")),
                    (_, true) => TokenKind::Tag(Cow::Borrowed("!"), Cow::Borrowed(word)),
                    _ => TokenKind::Tag(Cow::Borrowed("!"), Cow::Owned(format!("{word}{rest}"))),
                }
            }
        };
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.cursor.fault("a tag must be followed by a space"));
        }
        Ok(Token { kind, range: start..self.cursor.at })
    }

    /// `!`, `!word` or `!word!`.
    fn scan_tag_handle(&mut self) -> &'a str {
        let start = self.cursor.at;
        if self.cursor.is(b'!') {
            self.cursor.skip();
            self.cursor.skip_while(is_word);
            if self.cursor.is(b'!') {
                self.cursor.skip();
            }
        }
        self.cursor.slice(start..self.cursor.at)
    }

    fn scan_tag_uri(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.cursor.at;
        loop {
            self.cursor.skip_while(|byte| is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte));
            if !self.cursor.is(b'%') {
                break;
            }
            let is_digit = |ahead| self.cursor.byte(ahead).is_some_and(|byte| byte.is_ascii_hexdigit());
            if !is_digit(1) || !is_digit(2) {
                return Err(self.cursor.fault("`%` must be followed by two hexadecimal digits in a tag"));
            }
            self.cursor.skip_ascii(3);
        }
        let written = percent_decode_str(self.cursor.slice(start..self.cursor.at));
        written.decode_utf8().map_err(|_| self.cursor.fault_since(start, "the escapes of this tag are no UTF-8"))
    }
}

/// Whether the byte may stand in the name of an anchor, a handle or a directive.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
