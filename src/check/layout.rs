//! The canonical layout of a page: its policies and Terraform examples, as `terraform fmt` lays them out.

use crate::source::SourceId;
use crate::syntax::hcl;

/// Names of files that Terraform formats.
const FORMATTED: [&str; 4] = [".tf", ".tofu", ".tfvars", ".hcl"];

/// The page with its `hcl` and `terraform` fences in canonical layout. Everything else stays, and so does HCL that
/// does not parse.
pub fn laid_out(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut file = String::new();
    let mut is_open = false;
    let mut is_hcl = false;
    for line in page.split_inclusive('\n') {
        if line.starts_with("```") {
            out.push_str(&laid_out_policy(&std::mem::take(&mut file)));
            is_open = !is_open;
            let info = line.trim_start_matches('`').split_whitespace().next().unwrap_or_default();
            is_hcl = is_open && ["hcl", "terraform"].contains(&info);
            out.push_str(line);
        } else if let (true, Some(name)) = (is_open, line.strip_prefix("# file: ")) {
            out.push_str(&laid_out_policy(&std::mem::take(&mut file)));
            is_hcl = FORMATTED.iter().any(|ending| name.trim().ends_with(ending));
            out.push_str(line);
        } else if is_hcl {
            file.push_str(line);
        } else {
            out.push_str(line);
        }
    }
    out.push_str(&laid_out_policy(&file));
    out
}

/// HCL in canonical layout; as it is written if it does not parse.
pub fn laid_out_policy(text: &str) -> String {
    let (_, problems) = hcl::parse(SourceId(0), text);
    if problems.is_empty() { hcl::format(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn only_hcl_changes() {
        let page =
            "text  here\n```hcl\na=1\n```\n```terraform fail\n# file: a.tf\nb   = 1\n# file: c.yaml\nc:   1\n```\n";
        let wanted =
            "text  here\n```hcl\na = 1\n```\n```terraform fail\n# file: a.tf\nb = 1\n# file: c.yaml\nc:   1\n```\n";
        assert_eq!(laid_out(page), wanted);
        let broken = "```hcl\na=(\n```\n";
        assert_eq!(laid_out(broken), broken);
    }
}
