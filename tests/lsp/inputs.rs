//! An input that is missing is set in the file of the environment that lacks it.

use crate::client::{Client, Folder};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const BUCKET: &str = "resource \"aws_s3_bucket\" \"b\" {\n  acl = var.acl\n}\n";

/// What the client can do: without `creates` it makes no files, without `shows` it leads nowhere.
fn capabilities(creates: bool, shows: bool) -> Value {
    let kinds = if creates { json!(["create"]) } else { json!([]) };
    json!({
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}},
        "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": kinds}},
        "window": {"showDocument": {"support": shows}},
    })
}

/// The actions that set something, for a diagnostic whose message says `what`.
fn actions(client: &mut Client, uri: &str, diagnostics: &[Value], what: &str) -> Vec<Value> {
    let mut told = diagnostics.iter().filter(|one| one["message"].as_str().unwrap().contains(what));
    let one = told.next().unwrap_or_else(|| panic!("nothing says {what}: {diagnostics:?}"));
    let context = json!({"diagnostics": [one]});
    let params = json!({"textDocument": {"uri": uri}, "range": one["range"], "context": context});
    let actions = client.ask("textDocument/codeAction", params);
    let set = actions.as_array().unwrap().iter().filter(|one| one["title"].as_str().unwrap().starts_with("Set "));
    set.cloned().collect()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

/// The text of the only file that an action changes, whose text was `before`, with `|` around what is selected then.
fn made(action: &Value, before: &str) -> String {
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    let edits = changes.last().unwrap()["edits"].as_array().unwrap();
    let [edit] = edits.as_slice() else { panic!("{action}") };
    let byte = |text: &str, position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + position["character"].as_u64().unwrap() as usize
    };
    let mut text = before.to_owned();
    let (start, end) = (byte(before, &edit["range"]["start"]), byte(before, &edit["range"]["end"]));
    text.replace_range(start..end, edit["newText"].as_str().unwrap());
    let selection = &action["command"]["arguments"][1];
    for position in ["end", "start"] {
        text.insert(byte(&text, &selection[position]), '|');
    }
    text
}

/// What is offered in a file of a folder for the diagnostic that says `what`: title and text of each action.
fn offered(name: &str, files: &[(&str, &str)], file: &str, what: &str) -> BTreeMap<String, String> {
    let folder = Folder::new(name, files);
    let mut client = Client::of(&[&folder], capabilities(true, true));
    let uri = folder.uri(file);
    let text = |path: &str| files.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text);
    client.open(&uri, if file.ends_with("yaml") { "yaml" } else { "terraform" }, text(file));
    let told = client.pushed(&uri, 1);
    let actions = actions(&mut client, &uri, &told, what);
    let of = |action: &Value| {
        let target = action["command"]["arguments"][0].as_str().unwrap();
        let path = target.strip_prefix(&folder.uri("")).unwrap().trim_start_matches('/');
        (action["title"].as_str().unwrap().to_owned(), made(action, text(path)))
    };
    let offered = actions.iter().map(of).collect();
    client.shut_down();
    offered
}

fn table(rows: &[(&str, &str)]) -> BTreeMap<String, String> {
    rows.iter().map(|(title, text)| ((*title).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn a_variable_is_set_in_a_new_file_and_the_cursor_is_led_there() {
    let main = format!("variable \"acl\" {{\n  type = string\n}}\n{BUCKET}");
    let folder = Folder::new("set-new", &[("infra/main.tf", &main)]);
    let mut client = Client::of(&[&folder], capabilities(true, true));
    let uri = folder.uri("infra/main.tf");
    client.open(&uri, "terraform", &main);
    let told = client.pushed(&uri, 1);
    let all = actions(&mut client, &uri, &told, "`var.acl` has no value");
    assert_eq!(titles(&all), ["Set var.acl in the new file infra/terraform.tfvars"]);
    let action = &all[0];
    let file = folder.uri("infra/terraform.tfvars");
    let create = json!({"kind": "create", "uri": file, "options": {"overwrite": false, "ignoreIfExists": true}});
    assert_eq!(action["edit"]["documentChanges"][0], create);
    assert_eq!(action["edit"]["documentChanges"][1]["textDocument"], json!({"uri": file, "version": null}));
    assert_eq!(made(action, ""), "acl = \"||\"\n");
    assert_eq!(action["diagnostics"].as_array().unwrap().len(), 1);
    let run = json!({"command": action["command"]["command"], "arguments": action["command"]["arguments"]});
    client.ask("workspace/executeCommand", run);
    let shown = client.hear("window/showDocument");
    assert_eq!((&shown["uri"], &shown["takeFocus"]), (&json!(file), &json!(true)));
    assert_eq!(shown["selection"]["start"], json!({"line": 0, "character": 7}));
    // The file that is not saved yet counts.
    client.open(&file, "terraform-vars", "acl = \"public-read\"\n");
    let decided = client.wait(&|message: &Value| {
        message["method"] == json!("textDocument/publishDiagnostics") && message["params"]["uri"] == json!(uri)
    });
    let decided = decided.expect("the finding instead of the hint");
    assert!(decided.to_string().contains("aws/s3/public-acl"), "{decided}");
    assert!(!decided.to_string().contains("has no value"), "{decided}");
    client.shut_down();
}

#[test]
fn a_client_is_offered_what_it_can_do() {
    let main = format!("variable \"acl\" {{}}\n{BUCKET}");
    for (creates, shows) in [(false, true), (true, false)] {
        let folder = Folder::new("set-able", &[("main.tf", &main)]);
        let mut client = Client::of(&[&folder], capabilities(creates, shows));
        let uri = folder.uri("main.tf");
        client.open(&uri, "terraform", &main);
        let told = client.pushed(&uri, 1);
        let all = actions(&mut client, &uri, &told, "`var.acl` has no value");
        assert_eq!(all.len(), usize::from(creates));
        assert!(all.iter().all(|action| action.get("command").is_none()), "{all:?}");
        client.shut_down();
    }
}

#[test]
fn the_last_file_of_each_environment_that_lacks_the_input_is_chosen() {
    let main = "variable \"acl\" {}\nvariable \"kind\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = \"${var.kind}${var.acl}\"\n}\n";
    let configuration = "var-files: [all.tfvars]\nenvironments:\n  dev:\n    var-files: [dev.tfvars, dev/last.tfvars.json]\n  staging:\n    var-files: [staging.tfvars]\n  prod:\n    vars: {acl: read, kind: public-}\n";
    let files = [
        ("main.tf", main),
        (".gatelint.yaml", configuration),
        ("all.tfvars", ""),
        ("dev.tfvars", "other = 1\n"),
        ("dev/last.tfvars.json", "{\n  \"more\": [1]\n}\n"),
        ("staging.tfvars", "kind = \"public-\"\n"),
    ];
    let expected = table(&[
        ("Set var.acl in staging.tfvars, for staging", "kind = \"public-\"\nacl  = \"||\"\n"),
        ("Set var.acl in dev/last.tfvars.json, for dev", "{\n  \"more\": [1],\n  \"acl\": \"||\"\n}\n"),
        ("Set var.kind in dev/last.tfvars.json, for dev", "{\n  \"more\": [1],\n  \"kind\": \"||\"\n}\n"),
        (
            "Set all 2 missing inputs in dev/last.tfvars.json",
            "{\n  \"more\": [1],\n  \"kind\": \"||\",\n  \"acl\": \"\"\n}\n",
        ),
    ]);
    assert_eq!(offered("set-environments", &files, "main.tf", "has no value"), expected);
}

#[test]
fn the_variable_of_the_root_is_set_for_a_module_and_for_each_root_its_own() {
    let root = |name: &str| {
        format!(
            "variable \"{name}\" {{}}\nmodule \"m\" {{\n  source = \"../m\"\n  acl    = \"public-${{var.{name}}}\"\n}}\n"
        )
    };
    let module = "variable \"acl\" {}\nlocals {\n  acl = \"${var.acl}\"\n}\nresource \"aws_s3_bucket\" \"b\" {\n  acl = local.acl\n}\n";
    let (a, b) = (root("acl"), root("mode"));
    let files =
        [("a/main.tf", a.as_str()), ("b/main.tf", &b), ("b/terraform.tfvars", "# Ours\n"), ("m/main.tf", module)];
    let own = offered("set-roots-a", &files, "a/main.tf", "`var.acl` has no value");
    assert_eq!(own, table(&[("Set var.acl in the new file a/terraform.tfvars", "acl = \"||\"\n")]));
    let own = offered("set-roots-b", &files, "b/main.tf", "`var.mode` has no value");
    assert_eq!(own, table(&[("Set var.mode in b/terraform.tfvars", "# Ours\nmode = \"||\"\n")]));
    // A call that lacks an argument is wrong, and no file of values helps.
    let call = "module \"m\" {\n  source = \"./m\"\n}\n";
    let files = [("main.tf", call), ("m/main.tf", module)];
    assert_eq!(offered("set-call", &files, "m/main.tf", "`var.acl` has no value"), table(&[]));
}

#[test]
fn a_hint_of_two_roots_offers_the_files_of_both() {
    let root = "variable \"range\" {}\nmodule \"m\" {\n  source = \"../m\"\n  range  = var.range\n}\n";
    let module = "variable \"range\" {}\nresource \"aws_security_group_rule\" \"r\" {\n  type        = \"ingress\"\n  protocol    = \"tcp\"\n  from_port   = 22\n  to_port     = 22\n  cidr_blocks = [var.range]\n}\n";
    let files = [("a/main.tf", root), ("b/main.tf", root), ("m/main.tf", module)];
    let rows = [
        ("Set var.range in the new file a/terraform.tfvars", "range = \"||\"\n"),
        ("Set var.range in the new file b/terraform.tfvars", "range = \"||\"\n"),
    ];
    assert_eq!(offered("set-both", &files, "m/main.tf", "`var.range` has no value"), table(&rows));
}

#[test]
fn the_value_has_the_declared_type_and_is_not_refused() {
    let cases = [
        ("type = number", "size = |0|\n"),
        ("type = bool", "size = |false|\n"),
        ("type = set(string)", "size = |[]|\n"),
        ("type = map(string)", "size = |{}|\n"),
        ("type = any", "size = |null|\n"),
        ("type = any\n  nullable = false", "size = \"||\"\n"),
        ("", "size = \"||\"\n"),
        (
            "type = object({ n = number, a = optional(string), b = object({ c = string }) })",
            "size = {\n  b = {\n    c = \"||\"\n  }\n  n = 0\n}\n",
        ),
        (
            "validation {\n    condition = contains([\"m5\", \"t3\"], var.size)\n    error_message = \"No.\"\n  }",
            "size = \"|m5|\"\n",
        ),
        (
            "type = number\n  validation {\n    condition = var.size >= 3 && var.size < 9\n    error_message = \"No.\"\n  }",
            "size = |3|\n",
        ),
        (
            "type = list(string)\n  validation {\n    condition = length(var.size) > 0 && alltrue([for one in var.size : contains([\"a\"], one)])\n    error_message = \"No.\"\n  }",
            "size = [\"|a|\"]\n",
        ),
        // Nothing that is mentioned is accepted: the value is for somebody who knows it.
        ("validation {\n    condition = length(var.size) > 3\n    error_message = \"No.\"\n  }", "size = \"||\"\n"),
    ];
    for (declaration, expected) in cases {
        let main = format!(
            "variable \"size\" {{\n  {declaration}\n}}\nresource \"aws_s3_bucket\" \"b\" {{\n  acl = jsonencode(var.size) == \"x\" ? \"public-read\" : \"private\"\n}}\n"
        );
        let offered = offered("set-types", &[("main.tf", &main)], "main.tf", "`var.size` has no value");
        assert_eq!(offered.values().collect::<Vec<_>>(), [expected], "{declaration}");
    }
}

#[test]
fn a_secret_is_written_into_no_file_that_is_committed() {
    let instance = |declared: &str| {
        format!("{declared}\nresource \"aws_db_instance\" \"d\" {{\n  storage_encrypted = tobool(var.one)\n}}\n")
    };
    let secret = [
        instance("variable \"one\" {\n  sensitive = true\n}"),
        instance("variable \"one\" {\n  ephemeral = true\n}"),
        instance("variable \"one\" {}").replace("one", "db_password"),
        instance("variable \"one\" {\n  type = object({ password = string })\n}")
            .replace("tobool(var.one)", "var.one.password == \"\""),
        // As the provider says.
        instance("variable \"one\" {}").replace("tobool(var.one)", "tobool(var.one)\n  password = var.one"),
        // As a module says.
        format!("{}module \"m\" {{\n  source = \"./m\"\n  one    = var.one\n}}\n", instance("variable \"one\" {}")),
    ];
    let module =
        "variable \"one\" {\n  sensitive = true\n}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = var.one\n}\n";
    for main in &secret {
        let files = [("main.tf", main.as_str()), ("m/main.tf", module), ("terraform.tfvars", "")];
        assert_eq!(offered("set-secret", &files, "main.tf", "has no value"), table(&[]), "{main}");
    }
    // What the repository ignores stays with its owner.
    let files = [("main.tf", secret[0].as_str()), (".gitignore", "*.tfvars\n"), ("terraform.tfvars", "")];
    let own = offered("set-ignored", &files, "main.tf", "has no value");
    assert_eq!(own, table(&[("Set var.one in terraform.tfvars", "one = \"||\"\n")]));
}

#[test]
fn a_value_that_stops_a_template_is_set_in_the_file_of_the_set() {
    let pod = |expression: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      image: \"web:{{{{ {expression} }}}}\"\n"
        )
    };
    let configuration = "charts:\n  chart:\n    sets:\n      dev:\n        values: [values/all.yaml, values/dev.yaml]\n      prod:\n        values: [values/prod.yaml]\n";
    let offered = |name: &str, what: &str, expression: &str| {
        let pod = pod(expression);
        let files = [
            (".gatelint.yaml", configuration),
            ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
            ("chart/values.yaml", "image:\n  tag: \"\"\nother: {}\n"),
            ("chart/templates/pod.yaml", &pod),
            ("values/all.yaml", ""),
            ("values/dev.yaml", "image: # ours\n  name: web\n"),
            ("values/prod.yaml", "image:\n  tag: v1\nother:\n  tag: {digest: v1}\nauth:\n  password: x\n"),
        ];
        offered(name, &files, "chart/templates/pod.yaml", what)
    };
    let expected =
        table(&[("Set image.tag in values/dev.yaml, for dev", "image: # ours\n  name: web\n  tag: \"||\"\n")]);
    assert_eq!(offered("set-chart", "A tag", "required \"a tag\" .Values.image.tag"), expected);
    assert_eq!(offered("set-piped", "A tag", "$.Values.image.tag | required \"a tag\""), expected);
    // A key below what is not there.
    let deep = "image: # ours\n  name: web\nother:\n  tag:\n    digest: \"||\"\n";
    let expected = table(&[("Set other.tag.digest in values/dev.yaml, for dev", deep)]);
    assert_eq!(offered("set-deep", "has no field", ".Values.other.tag.digest"), expected);
    // What came through a variable has no key that is known, and what is secret stands in no file.
    assert_eq!(offered("set-through", "A tag", "$tag := .Values.image.tag }}{{ required \"a tag\" $tag"), table(&[]));
    assert_eq!(
        offered("set-password", "no field `password`", "required \"a password\" .Values.auth.password"),
        table(&[])
    );
}

#[test]
fn a_variable_of_compose_is_set_beside_the_project() {
    let compose = "services:\n  web:\n    image: nginx:1.27\n    privileged: ${PRIVILEGED}\n    environment:\n      TZ: ${ZONE}\n      DB_PASSWORD: ${DB_PASSWORD}\n      OTHER_PASSWORD: ${OTHER}\n";
    let files = [("app/compose.yaml", compose), ("app/.env", "PORT=80")];
    let own = offered("set-compose", &files, "app/compose.yaml", "`PRIVILEGED`");
    assert_eq!(own, table(&[("Set PRIVILEGED in app/.env", "PORT=80\nPRIVILEGED=||\n")]));
    let own = offered("set-compose-other", &files, "app/compose.yaml", "`ZONE`");
    assert_eq!(own, table(&[("Set ZONE in app/.env", "PORT=80\nZONE=||\n")]));
    for secret in ["`DB_PASSWORD`", "`OTHER`"] {
        assert_eq!(offered("set-compose-secret", &files, "app/compose.yaml", secret), table(&[]));
    }
}
