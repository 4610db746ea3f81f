//! Fixes of small repositories, by checks with a few lines.

use super::{Mended, mend};
use crate::discover::Memory;
use crate::engine::{CustomPage, Selection};
use crate::scan::Request;

const BUCKETS: &str = r#"
resource_policy "aws_s3_bucket" "private" {
  enforce {
    condition = attrs.acl == "private" && attrs.versioning[0].enabled == true
    fix {
      set {
        at    = attrs.acl
        value = "private"
      }
      set {
        at    = attrs.versioning[0].enabled
        value = true
      }
    }
  }
}
"#;

const DESTROYED: &str = r#"
resource_policy "aws_s3_bucket" "kept" {
  enforce {
    condition = attrs.force_destroy == false
    fix {
      safe = true
      set {
        at    = attrs.force_destroy
        value = false
      }
    }
  }
}
"#;

const READERS: &str = r#"
resource_policy "aws_s3_bucket_acl" "public" {
  enforce {
    condition = attrs.acl == "public-read"
  }
}
"#;

const PODS: &str = r#"
resource_policy "container" "user" {
  enforce {
    condition = attrs.securityContext.runAsNonRoot == true && attrs.tty == null
    fix {
      safe = true
      set {
        at    = attrs.securityContext.runAsNonRoot
        value = true
      }
      remove {
        at = attrs.tty
      }
    }
  }
}
"#;

const WORDS: &str = r#"
resource_policy "dockerfile_instruction" "words" {
  enforce {
    condition = attrs.instruction != "ADD"
    fix {
      set {
        at    = attrs.instruction
        value = "COPY"
      }
    }
  }
  enforce {
    for_each  = attrs.commands
    condition = each.value.subcommand != "install" || contains(each.value.flags, "--quiet")
    fix {
      insert {
        after = each.value.subcommand
        value = "--quiet"
      }
    }
  }
}
"#;

fn page(id: &str, policy: &str) -> CustomPage {
    let front = "---\ntitle: A test\nseverity: high\ncategory: isolation\n---\nWhy.\n\n## Fix\nHow.\n";
    let text = format!("{front}\n## Policy\n```hcl{policy}```\n");
    CustomPage { id: id.to_owned(), path: format!("checks/{id}.md"), text }
}

fn mended_by(pages: &[(&str, &str)], files: &[(&str, &str)]) -> Mended {
    let custom = pages.iter().map(|(id, policy)| page(id, policy)).collect();
    let selection = Selection { only: vec!["team/*".to_owned()], ..Selection::default() };
    let request = Request { selection, custom, ..Request::default() };
    mend(&Memory::tree(files.iter().copied()), &request, &|_, _| true).unwrap()
}

fn mended(files: &[(&str, &str)]) -> Mended {
    let pages = [("team/buckets", BUCKETS), ("team/readers", READERS), ("team/pods", PODS), ("team/words", WORDS)];
    mended_by(&pages, files)
}

fn after<'m>(mended: &'m Mended, file: &str) -> &'m str {
    &mended.files.get(file).unwrap_or_else(|| panic!("{mended:?}")).1
}

const VALUES: &str = "acl = \"public-read\" # of the old site\n";
const VARIABLE: &str = "variable \"acl\" {}\n";
const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n  acl    = var.acl\n}\n";

#[test]
fn a_value_is_mended_where_it_is_written() {
    let main = format!("{VARIABLE}{BUCKET}");
    let mended = self::mended(&[("main.tf", &main), ("terraform.tfvars", VALUES)]);
    assert_eq!(after(&mended, "terraform.tfvars"), "acl = \"private\" # of the old site\n");
    let added = main.replace("var.acl\n}", "var.acl\n\n  versioning {\n    enabled = true\n  }\n}");
    assert_eq!(after(&mended, "main.tf"), added);
    assert!(mended.refused.is_empty());
    // What is mended needs no change.
    let again = self::mended(&[("main.tf", &added), ("terraform.tfvars", after(&mended, "terraform.tfvars"))]);
    assert!(again.files.is_empty() && again.fixed.is_empty());
}

#[test]
fn the_argument_of_a_module_is_changed_and_not_the_module() {
    let call = "module \"m\" {\n  source = \"./m\"\n  acl    = \"public-read\"\n}\nmodule \"n\" {\n  source = \"./m\"\n  acl    = \"private\"\n}\n";
    let bucket = BUCKET.replace("var.acl\n", "var.acl\n  versioning {\n    enabled = true\n  }\n");
    let module = format!("{VARIABLE}{bucket}");
    let mended = self::mended(&[("main.tf", call), ("m/main.tf", &module)]);
    assert_eq!(after(&mended, "main.tf"), call.replace("public-read", "private"));
    assert_eq!(mended.files.len(), 1);
}

#[test]
fn a_change_that_harms_something_else_is_made_elsewhere_or_not_at_all() {
    let versioned = BUCKET.replace("var.acl\n", "var.acl\n  versioning {\n    enabled = true\n  }\n");
    let reader = "resource \"aws_s3_bucket_acl\" \"r\" {\n  acl = var.acl\n}\n";
    let main = format!("{VARIABLE}{versioned}{reader}");
    let mended = self::mended(&[("main.tf", &main), ("terraform.tfvars", VALUES)]);
    assert!(!mended.files.contains_key("terraform.tfvars"), "{mended:?}");
    let at_the_bucket = versioned.replace("var.acl", "\"private\"");
    assert_eq!(after(&mended, "main.tf"), format!("{VARIABLE}{at_the_bucket}{reader}"));
    // A check that stays without a fix has none.
    let reader = "resource \"aws_s3_bucket_acl\" \"r\" {\n  acl = \"private\"\n}\n";
    assert!(self::mended(&[("main.tf", reader)]).files.is_empty());
}

/// One fix of a group fails at first, the others are made with what is left of it; and what cannot be mended is said.
#[test]
fn what_fails_together_is_tried_apart() {
    let bucket = |name: &str, acl: &str| {
        format!(
            "resource \"aws_s3_bucket\" \"{name}\" {{\n  acl = {acl}\n\n  versioning {{\n    enabled = true\n  }}\n}}\n"
        )
    };
    let reader = "resource \"aws_s3_bucket_acl\" \"r\" {\n  acl = var.acl\n}\n";
    let buckets = |shared: &str, own: &str| format!("{}{}{}", bucket("a", own), bucket("b", shared), bucket("c", own));
    let main = format!("{VARIABLE}{reader}{}", buckets("var.acl", "\"public-read-write\""));
    let mended = self::mended(&[("main.tf", &main), ("terraform.tfvars", VALUES)]);
    assert_eq!(after(&mended, "main.tf"), format!("{VARIABLE}{reader}{}", buckets("\"private\"", "\"private\"")));
    assert_eq!((mended.fixed.len(), mended.files.len()), (3, 1));
    // `acl` of a map is no literal, and adding a second block does not help.
    let dynamic = "locals {\n  all = { x = { acl = \"public-read\" } }\n}\nresource \"aws_s3_bucket\" \"b\" {\n  for_each = local.all\n  acl      = each.value.acl\n  dynamic \"versioning\" {\n    for_each = [false]\n    content {\n      enabled = versioning.value\n    }\n  }\n}\n";
    let mended = self::mended(&[("main.tf", dynamic)]);
    assert_eq!(mended.fixed.len() + mended.refused.len(), 1, "{mended:?}");
}

/// Two checks that add to one block: the second one finds what the first one made.
#[test]
fn fixes_at_one_place_are_made_one_after_the_other() {
    let pages = [("team/buckets", BUCKETS), ("team/kept", DESTROYED)];
    let mended = mended_by(&pages, &[("main.tf", "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n}\n")]);
    let wanted = "resource \"aws_s3_bucket\" \"b\" {\n  bucket        = \"b\"\n  acl           = \"private\"\n  force_destroy = false\n\n  versioning {\n    enabled = true\n  }\n}\n";
    assert_eq!(after(&mended, "main.tf"), wanted);
    assert_eq!(mended.fixed.len(), 2);
}

#[test]
fn blocks_keep_the_layout_of_the_file() {
    let mended = self::mended(&[("main.tf", "resource \"aws_s3_bucket\" \"b\" { bucket = \"b\" }\n")]);
    let wanted = "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n  acl    = \"private\"\n\n  versioning {\n    enabled = true\n  }\n}\n";
    assert_eq!(after(&mended, "main.tf"), wanted);
    // A file that is not formatted stays so, with its line ends.
    let mended = self::mended(&[("main.tf", "resource \"aws_s3_bucket\" \"b\" {\r\n    acl=\"public-read\"\r\n}\r\n")]);
    let wanted = "resource \"aws_s3_bucket\" \"b\" {\r\n    acl=\"private\"\r\n\r\n    versioning {\r\n      enabled = true\r\n    }\r\n}\r\n";
    assert_eq!(after(&mended, "main.tf"), wanted);
}

#[test]
fn objects_get_a_key() {
    const OWNERS: &str = r#"
resource_policy "aws_s3_bucket" "owner" {
  enforce {
    condition = attrs.tags["team-name"] == "web"
    fix {
      set {
        at    = attrs.tags["team-name"]
        value = "web"
      }
    }
  }
}
"#;
    let fixed = |tags: &str| {
        let main = format!("resource \"aws_s3_bucket\" \"b\" {{\n  bucket = \"b\"\n{tags}}}\n");
        let mended = mended_by(&[("team/owners", OWNERS)], &[("main.tf", &main)]);
        let after = after(&mended, "main.tf");
        after.strip_prefix("resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"b\"\n").unwrap().to_owned()
    };
    let wanted = "  tags = {\n    team-name = \"web\"\n  }\n}\n";
    assert_eq!(fixed(""), wanted);
    assert_eq!(fixed("  tags   = {}\n").replace("tags   =", "tags ="), wanted);
    assert_eq!(
        fixed("  tags = {\n    a = 1 # one\n  }\n"),
        "  tags = {\n    a         = 1 # one\n    team-name = \"web\"\n  }\n}\n"
    );
    assert_eq!(fixed("  tags   = { a = 1 }\n"), "  tags   = { a = 1, team-name = \"web\" }\n}\n");
}

#[test]
fn mappings_keep_the_layout_of_the_file() {
    let pod = |containers: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n{containers}")
    };
    let before = "    - name: c # it\n      tty: true\n      image: x\n    - {name: d, image: y}\n    - name: e\n      securityContext: {}\n      image: z\n    - name: f\n      securityContext:\n      image: z\n";
    let mended = self::mended(&[("pod.yaml", &pod(before))]);
    let wanted = "    - name: c # it\n      image: x\n      securityContext:\n        runAsNonRoot: true\n    - {name: d, image: y, securityContext: {runAsNonRoot: true}}\n    - name: e\n      securityContext:\n        runAsNonRoot: true\n      image: z\n    - name: f\n      securityContext:\n        runAsNonRoot: true\n      image: z\n";
    assert_eq!(after(&mended, "pod.yaml"), pod(wanted));
}

/// A page on containers mends every kind that has some, and Terraform's resources for them.
#[test]
fn one_page_mends_every_kind_of_workload() {
    let cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n          - name: c\n            image: x\n";
    let terraform = "resource \"kubernetes_deployment\" \"d\" {\n  metadata {\n    name = \"d\"\n  }\n  spec {\n    template {\n      spec {\n        container {\n          name  = \"c\"\n          image = \"x\"\n        }\n      }\n    }\n  }\n}\n";
    let mended = self::mended(&[("cron.yaml", cron), ("main.tf", terraform)]);
    let wanted = format!("{cron}            securityContext:\n              runAsNonRoot: true\n");
    assert_eq!(after(&mended, "cron.yaml"), wanted);
    let block = "\"x\"\n\n          security_context {\n            run_as_non_root = true\n          }\n";
    assert_eq!(after(&mended, "main.tf"), terraform.replace("\"x\"\n", block));
}

#[test]
fn an_overlay_is_mended_in_its_patch_and_a_chart_in_its_values() {
    let base = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      image: x\n      securityContext:\n        runAsNonRoot: true\n";
    let patch = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      securityContext:\n        runAsNonRoot: false # for now\n";
    let overlay = "resources:\n  - ../base\npatches:\n  - path: patch.yaml\n";
    let files = [
        ("base/kustomization.yaml", "resources:\n  - pod.yaml\n"),
        ("base/pod.yaml", base),
        ("dev/kustomization.yaml", overlay),
        ("dev/patch.yaml", patch),
    ];
    let mended = self::mended(&files);
    assert_eq!(after(&mended, "dev/patch.yaml"), patch.replace("false", "true"));
    assert_eq!(mended.files.len(), 1);
    let template = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n    - name: c\n      image: x\n      securityContext:\n        runAsNonRoot: {{ .Values.nonRoot }}\n";
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("values.yaml", "# Who runs it.\nnonRoot: false\n"),
        ("templates/pod.yaml", template),
    ];
    let mended = self::mended(&files);
    assert_eq!(after(&mended, "values.yaml"), "# Who runs it.\nnonRoot: true\n");
    assert_eq!(mended.files.len(), 1);
}

#[test]
fn words_of_instructions_are_replaced_and_added() {
    let text = "FROM debian:12\nadd app.conf /etc/\nRUN pip install \\\n    flask && pip install django\n";
    let mended = self::mended(&[("Dockerfile", text)]);
    let wanted =
        "FROM debian:12\nCOPY app.conf /etc/\nRUN pip install --quiet \\\n    flask && pip install --quiet django\n";
    assert_eq!(after(&mended, "Dockerfile"), wanted);
    // A variable is not the word that it stands for.
    let text = "FROM debian:12\nARG what=install\nRUN pip $what flask\n";
    let mended = self::mended(&[("Dockerfile", text)]);
    assert!(mended.files.is_empty() && mended.refused.len() == 1, "{mended:?}");
}
