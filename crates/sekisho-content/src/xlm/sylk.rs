//! SYLK: a sheet as text, a record a line, fields parted by `;`. Excel runs the macros in it.

use crate::vba::Suspicion;

#[derive(Debug, Default)]
pub(crate) struct Sylk {
    /// Values, a row a line, then formulas.
    pub(crate) text: String,
    pub(crate) suspicion: Suspicion,
    pub(crate) formulas: Vec<String>,
}

pub(crate) fn sylk(text: &str) -> Sylk {
    let mut out = Sylk::default();
    let mut row = String::new();
    for line in text.lines() {
        let fields = fields(line);
        let Some(kind) = fields.first() else {
            continue;
        };
        let named = |letter: char| {
            fields
                .iter()
                .skip(1)
                .find_map(|field| field.strip_prefix(letter))
        };
        match kind.as_str() {
            // `O;E`: the sheet is one of macros.
            "O" => out.suspicion.has_code |= fields.iter().any(|field| field == "E"),
            "NN" => {
                let name = named('N').unwrap_or_default();
                out.suspicion.starts_by_itself |= super::is_automatic_name(name);
            }
            "C" | "F" => cell(&fields, &mut row, &mut out),
            _ => {}
        }
    }
    for formula in &out.formulas {
        out.suspicion.is_risky |= super::is_risky(formula);
    }
    out.suspicion.has_code |= out.suspicion.starts_by_itself;
    let formulas = out.formulas.join("\n");
    out.text.push_str("\n\n");
    out.text.push_str(&formulas);
    out
}

fn cell(fields: &[String], row: &mut String, out: &mut Sylk) {
    for field in fields.iter().skip(1) {
        let mut characters = field.chars();
        match characters.next() {
            Some('Y') if field != row => {
                row.clone_from(field);
                out.text.push('\n');
            }
            Some('K') => {
                out.text.push_str(characters.as_str().trim_matches('"'));
                out.text.push('\t');
            }
            Some('E') => out.formulas.push(characters.as_str().to_owned()),
            _ => {}
        }
    }
}

/// `;;` is a semicolon in a field.
fn fields(line: &str) -> Vec<String> {
    let line = line.trim_end_matches('\r').replace(";;", "\u{1}");
    line.split(';')
        .map(|field| field.replace('\u{1}', ";"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::sylk;

    #[test]
    fn macros_and_cells() {
        let out =
            sylk("ID;P\nO;E\nNN;NAuto_open;ER1C1\nC;X1;Y1;EEXEC(\"calc\")\nC;Y2;K\"極秘\"\nE\n");
        assert!(out.suspicion.has_code && out.suspicion.starts_by_itself && out.suspicion.is_risky);
        assert!(out.text.contains("極秘"));
        assert!(!sylk("ID;P\nC;Y1;X1;K5\nE\n").suspicion.has_code);
    }
}
