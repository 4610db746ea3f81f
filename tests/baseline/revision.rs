//! `--new-since`: what is new since a revision of git, read from its objects.

use crate::repository::{Repository, public};
use std::fs;

/// Whether only the bucket in `new.tf` is new since `reference`.
fn assert_new(repository: &Repository, reference: &str) {
    let (code, told, errors) = repository.scan(&["--new-since", reference]);
    assert_eq!((code, told), (1, vec!["new.tf:2".to_owned()]), "since {reference}: {errors}");
}

/// One commit with a bucket that is known, and one in the work tree that is not.
fn repository(name: &str) -> Option<(Repository, String)> {
    let repository = Repository::of_git(name)?;
    let id = repository.write("old.tf", &public("old")).commit();
    repository.write("new.tf", &public("new"));
    Some((repository, id))
}

#[test]
fn every_way_to_name_a_commit() {
    let Some((repository, first)) = repository("names") else { return };
    repository.git("tag light");
    repository.git("tag --annotate --message=one annotated");
    repository.git("tag --annotate --message=two annotated-twice annotated");
    repository.git("branch feature/deep");
    repository.git("update-ref refs/remotes/origin/main HEAD");
    fs::remove_file(repository.root.join("new.tf")).unwrap();
    repository.write("other.txt", "1").commit();
    repository.write("other.txt", "2").commit();
    repository.git("checkout --quiet -b side HEAD~1");
    repository.write("side.txt", "1").commit();
    repository.git("merge --quiet --no-edit main");
    repository.write("new.tf", &public("new"));
    let abbreviated = [&first[..12], &first[..7], &first.to_uppercase()[..9]];
    let names = [
        first.as_str(),
        "HEAD",
        "@",
        "main",
        "refs/heads/main",
        "heads/main",
        "light",
        "annotated",
        "annotated-twice",
        "tags/annotated",
        "annotated^{}",
        "annotated^{commit}",
        "feature/deep",
        "origin/main",
        "HEAD~1",
        "HEAD^",
        "HEAD^2",
        "HEAD^2~2",
        "HEAD^1^1",
        "main~2",
        "@~",
        "HEAD^0",
        "main...",
        "...main",
        "origin/main...HEAD",
    ];
    for name in names.into_iter().chain(abbreviated) {
        assert_new(&repository, name);
    }
    repository.git("gc --quiet --prune=now");
    assert!(!repository.root.join(".git/refs/heads/main").exists(), "the references are packed");
    for name in names.into_iter().chain(abbreviated) {
        assert_new(&repository, name);
    }
    for (wrong, why) in [
        ("nowhere", "no branch, tag or commit `nowhere` here"),
        ("origin/nowhere", "git fetch origin nowhere"),
        ("0123456789012345678901234567890123456789", "no branch, tag or commit"),
        ("HEAD~9", "has 0 parents"),
        ("main^2", "has 1 parents"),
        ("main@{upstream}", "write the branch, tag or id"),
        ("main^x", "is not a step"),
        ("HEAD:old.tf", "write the branch, tag or id"),
        (&repository.git("rev-parse HEAD:old.tf"), "it is a blob"),
    ] {
        let (code, told, errors) = repository.scan(&["--new-since", wrong]);
        assert_eq!((code, told), (2, Vec::new()), "{wrong}");
        assert!(errors.contains("--new-since") && errors.contains(why), "{wrong}: {errors}");
    }
}

#[test]
fn a_line_of_a_variable_file_shows_the_resources_that_it_changes() {
    let Some(repository) = Repository::of_git("tfvars") else { return };
    let main = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"a\" {\n  acl = var.acl[\"a\"]\n}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl[\"b\"]\n}\n";
    repository
        .write("main.tf", main)
        .write("terraform.tfvars", "acl = { a = \"public-read\", b = \"private\" }\n")
        .commit();
    repository.write("terraform.tfvars", "acl = { a = \"public-read\", b = \"public-read\" }\n");
    let (code, told, errors) = repository.scan(&["--new-since", "HEAD"]);
    assert_eq!((code, told), (1, vec!["main.tf:6".to_owned()]), "{errors}");
    repository.write("terraform.tfvars", "acl = { a = \"private\", b = \"private\" }\n");
    let (code, out, _) = repository.gatelint(&["scan", "--check", "aws/s3/public-acl", "--new-since", "HEAD"]);
    assert!(code == 0 && out.contains("no findings; 0 known, 1 fixed"), "{out}");
    let (_, out, _) =
        repository.gatelint(&["scan", "--check", "aws/s3/public-acl", "--new-since", "HEAD", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["summary"]["known"], &json["summary"]["fixed"]), (&0.into(), &1.into()));
}

#[test]
fn the_merge_base_is_where_the_branch_left() {
    let Some(repository) = Repository::of_git("merge-base") else { return };
    repository.write("old.tf", &public("old")).commit();
    repository.git("checkout --quiet -b work");
    repository.write("mine.txt", "1").commit();
    repository.git("checkout --quiet main");
    // Main has repaired it meanwhile; the branch does not know.
    repository.write("old.tf", "").commit();
    repository.git("checkout --quiet work");
    repository.write("new.tf", &public("new"));
    assert_new(&repository, "main...");
    assert_eq!(repository.scan(&["--new-since", "main"]).1, ["new.tf:2", "old.tf:2"]);
    repository.git("checkout --quiet --orphan alone");
    repository.commit();
    let (code, _, errors) = repository.scan(&["--new-since", "main..."]);
    assert!(code == 2 && errors.contains("no commit in common"), "{errors}");
}

#[test]
fn work_trees_alternates_and_packs_with_deltas() {
    let Some((repository, _)) = repository("forms") else { return };
    fs::remove_file(repository.root.join("new.tf")).unwrap();
    // Many versions of one text are kept as differences.
    let long: String = (0..400).map(|line| format!("# line {line} of a long text\n")).collect::<Vec<_>>().concat();
    for version in 0..12 {
        repository.write("long.tf", &format!("{long}# {version}\n{}", public("long"))).commit();
    }
    repository.git("gc --quiet --aggressive --prune=now");
    repository.git("worktree add --quiet linked HEAD~3");
    let linked = repository.beside("linked");
    linked.write("new.tf", &public("new"));
    for reference in ["HEAD", "main", "HEAD~5"] {
        assert_new(&linked, reference);
    }
    repository.git("clone --quiet --shared . shared");
    let shared = repository.beside("shared");
    shared.write("new.tf", &public("new"));
    for reference in ["HEAD", "origin/main", "HEAD~5"] {
        assert_new(&shared, reference);
    }
}

#[test]
fn a_shallow_clone_says_what_is_missing() {
    let Some((origin, first)) = repository("shallow") else { return };
    fs::remove_file(origin.root.join("new.tf")).unwrap();
    origin.write("other.txt", "1").commit();
    origin.git("branch side HEAD~1");
    let url = format!("file://{}", origin.root.display());
    origin.git(&format!("clone --quiet --depth=1 --no-single-branch {url} clone"));
    let clone = origin.beside("clone");
    clone.write("new.tf", &public("new"));
    assert_new(&clone, "HEAD");
    assert_new(&clone, "origin/side");
    for (reference, advice) in [("HEAD~1", "--unshallow"), ("origin/side...", "--unshallow"), (first.as_str(), "")] {
        let (code, told, errors) = clone.scan(&["--new-since", reference]);
        if reference != first {
            assert_eq!((code, told), (2, Vec::new()));
            assert!(errors.contains(advice) && errors.contains("fetch-depth: 0"), "{errors}");
        }
    }
    origin.git(&format!("clone --quiet --filter=blob:none --no-checkout {url} partial"));
    let partial = origin.beside("partial");
    partial.write("new.tf", &public("new"));
    let (code, told, errors) = partial.scan(&["--new-since", "HEAD"]);
    if code == 2 {
        assert!(told.is_empty() && errors.contains("is not here; fetch it"), "{errors}");
    } else {
        // The server of this version of git does not filter.
        assert_eq!(told, ["new.tf:2"]);
    }
}

#[test]
fn what_git_does_not_keep_is_as_it_is_today() {
    let Some(repository) = Repository::of_git("ignored") else { return };
    let main = "variable \"acl\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";
    repository
        .write("infra/main.tf", main)
        .write("infra/.gitignore", "*.tfvars\n.terraform\n")
        .write(".ignore", "left/\n");
    repository.write("left/main.tf", &public("left"));
    repository.commit();
    repository.write("infra/terraform.tfvars", "acl = \"public-read\"\n");
    assert_eq!(repository.scan(&["--new-since", "HEAD"]).0, 0, "the value was there already, for all that is known");
    // A file that is not committed yet is new.
    repository.write("infra/new.tf", &public("new"));
    assert_eq!(repository.scan(&["--new-since", "HEAD"]).1, ["infra/new.tf:2"]);
    assert_eq!(repository.scan(&["--new-since", "HEAD", "infra"]).1, ["infra/new.tf:2"]);
    assert_eq!(repository.scan(&["--new-since", "HEAD", "--only-given", "infra/main.tf"]).0, 0);
}

#[test]
#[cfg(unix)]
fn links_and_submodules_are_as_on_disk() {
    let Some(inner) = Repository::of_git("submodule-inner") else { return };
    inner.write("main.tf", &public("inner")).commit();
    let Some(repository) = Repository::of_git("submodule") else { return };
    repository.write("modules/bucket/main.tf", &public("this"));
    fs::create_dir_all(repository.root.join("live")).unwrap();
    std::os::unix::fs::symlink("../modules", repository.root.join("live/modules")).unwrap();
    repository.write("live/main.tf", "module \"b\" {\n  source = \"./modules/bucket\"\n}\n");
    repository.git(&format!("submodule --quiet add {} vendored", inner.root.display()));
    repository.commit();
    let (code, _, errors) = repository.scan(&["--new-since", "HEAD"]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(repository.scan(&[]).1.len(), 3, "the module, what the link leads to, and the submodule are judged");
    inner.write("main.tf", &format!("{}{}", public("inner"), public("more"))).commit();
    repository.git("-C vendored pull --quiet");
    assert_eq!(repository.scan(&["--new-since", "HEAD"]).1, ["vendored/main.tf:5"]);
}

#[test]
fn where_there_is_no_past() {
    let plain = Repository::plain("no-git");
    plain.write("main.tf", &public("b"));
    let (code, _, errors) = plain.scan(&["--new-since", "HEAD"]);
    assert!(code == 2 && errors.contains("not a git work tree"), "{errors}");
    let Some(empty) = Repository::of_git("unborn") else { return };
    empty.write("main.tf", &public("b"));
    let (code, _, errors) = empty.scan(&["--new-since", "HEAD"]);
    assert!(code == 2 && errors.contains("`HEAD`"), "{errors}");
    // What could not be read then is no matter now.
    empty.write("broken.tf", "resource {").commit();
    empty.write("broken.tf", "");
    assert_eq!(empty.scan(&["--new-since", "HEAD"]).0, 0);
}
