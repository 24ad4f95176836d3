//! Directives, anchors and tags.

use super::cursor::{is_blank, is_break_or_end, is_space_or_end, is_word};
use super::problem::Problem;
use super::scan::{Scanner, Token};

impl Scanner {
    pub(super) fn scan_directive(&mut self) -> Result<Token, Problem> {
        self.cursor.skip();
        let name = self.read_word();
        if name.is_empty() || !is_space_or_end(self.cursor.here()) {
            return Err(self.problem(
                "a directive has no name (hint: a text that starts with % is put in quotes)",
            ));
        }
        let token = match name.as_str() {
            "YAML" => {
                self.cursor.skip_blanks();
                let major = self.read_version_part()?;
                if self.cursor.here() != '.' {
                    return Err(self.problem("%YAML wants a version, such as 1.1"));
                }
                self.cursor.skip();
                let minor = self.read_version_part()?;
                Token::Version { major, minor }
            }
            "TAG" => self.read_tag_directive()?,
            _ => {
                return Err(self.problem(format!(
                    "%{name} is no directive (hint: %YAML and %TAG are)"
                )));
            }
        };
        self.cursor.skip_blanks();
        self.cursor.skip_comment();
        if !is_break_or_end(self.cursor.here()) {
            return Err(self.problem(format!(
                "the directive %{name} is followed by something else"
            )));
        }
        self.cursor.skip_break();
        Ok(token)
    }

    fn read_word(&mut self) -> String {
        let mut word = String::new();
        while is_word(self.cursor.here()) {
            self.cursor.read(&mut word);
        }
        word
    }

    fn read_version_part(&mut self) -> Result<u8, Problem> {
        let mut digits = String::new();
        while self.cursor.here().is_ascii_digit() && digits.len() < 3 {
            self.cursor.read(&mut digits);
        }
        match digits.parse() {
            Ok(number) if digits.len() < 3 => Ok(number),
            _ => Err(self.problem("%YAML wants a version, such as 1.1")),
        }
    }

    fn read_tag_directive(&mut self) -> Result<Token, Problem> {
        self.cursor.skip_blanks();
        let handle = self.read_tag_handle()?;
        if handle != "!" && !handle[1..].ends_with('!') {
            return Err(self.problem("%TAG wants a handle, such as !name!"));
        }
        if !is_blank(self.cursor.here()) {
            return Err(self.problem("%TAG wants a handle and a prefix"));
        }
        self.cursor.skip_blanks();
        let prefix = self.read_tag_uri(String::new())?;
        if prefix.is_empty() || !is_space_or_end(self.cursor.here()) {
            return Err(self.problem("%TAG wants a handle and a prefix"));
        }
        Ok(Token::TagDirective { handle, prefix })
    }

    pub(super) fn scan_anchor(&mut self) -> Result<Token, Problem> {
        let alias = self.cursor.here() == '*';
        self.cursor.skip();
        let name = self.read_word();
        let here = self.cursor.here();
        let ends = is_space_or_end(here) || "?:,]}%@`".contains(here);
        if name.is_empty() || !ends {
            let what = if alias { "an alias" } else { "an anchor" };
            return Err(self.problem(format!(
                "{what} has a name of letters, digits, _ and - (hint: a text that starts with * or & is put in quotes)"
            )));
        }
        Ok(if alias {
            Token::Alias(name)
        } else {
            Token::Anchor(name)
        })
    }

    pub(super) fn scan_tag(&mut self) -> Result<Token, Problem> {
        let (handle, suffix) = if self.cursor.ahead(1) == '<' {
            self.cursor.skip();
            self.cursor.skip();
            let suffix = self.read_tag_uri(String::new())?;
            if suffix.is_empty() || self.cursor.here() != '>' {
                return Err(self.problem("the tag does not end (hint: > is missing)"));
            }
            self.cursor.skip();
            (String::new(), suffix)
        } else {
            let handle = self.read_tag_handle()?;
            if handle.len() > 1 && handle.ends_with('!') {
                let suffix = self.read_tag_uri(String::new())?;
                if suffix.is_empty() {
                    return Err(self.problem("the tag has no name"));
                }
                (handle, suffix)
            } else {
                let suffix = self.read_tag_uri(handle[1..].to_owned())?;
                if suffix.is_empty() {
                    (suffix, "!".to_owned())
                } else {
                    ("!".to_owned(), suffix)
                }
            }
        };
        if !is_space_or_end(self.cursor.here()) {
            return Err(self.problem(
                "a space is missing after the tag (hint: a text that starts with ! is put in quotes)",
            ));
        }
        Ok(Token::Tag { handle, suffix })
    }

    /// `!`, or `!` and a word, and perhaps another `!`.
    fn read_tag_handle(&mut self) -> Result<String, Problem> {
        if self.cursor.here() != '!' {
            return Err(self.problem("a tag starts with !"));
        }
        let mut handle = String::new();
        self.cursor.read(&mut handle);
        handle.push_str(&self.read_word());
        if self.cursor.here() == '!' {
            self.cursor.read(&mut handle);
        }
        Ok(handle)
    }

    fn read_tag_uri(&mut self, mut uri: String) -> Result<String, Problem> {
        loop {
            match self.cursor.here() {
                '%' => self.read_uri_escape(&mut uri)?,
                here if is_word(here) || ";/?:@&=+$,.!~*'()[]".contains(here) => {
                    self.cursor.read(&mut uri);
                }
                _ => return Ok(uri),
            }
        }
    }

    /// One character, as the bytes of its UTF-8.
    fn read_uri_escape(&mut self, uri: &mut String) -> Result<(), Problem> {
        let mut bytes = Vec::new();
        while bytes.is_empty() || std::str::from_utf8(&bytes).is_err() {
            let digit = |distance| self.cursor.ahead(distance).to_digit(16);
            let octet = match (self.cursor.here(), digit(1), digit(2)) {
                ('%', Some(high), Some(low)) => u8::try_from(high << 4 | low).ok(),
                _ => None,
            };
            let octet = octet.filter(|_| bytes.len() < 4);
            bytes.push(octet.ok_or_else(|| self.problem("the tag has a broken %-escape"))?);
            for _ in 0..3 {
                self.cursor.skip();
            }
        }
        uri.push_str(&String::from_utf8_lossy(&bytes));
        Ok(())
    }
}
