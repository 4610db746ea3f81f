/** The manifest agrees with the server, with the other files of this repository, and with the security of the user. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { SERVER_SETTINGS, STARTING_SETTINGS } from "../src/settings.ts";

const here = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const manifest = JSON.parse(here("../package.json"));
const properties: Record<string, { default: unknown; scope: string }> = manifest.contributes.configuration.properties;

/** Names that match a pattern in a source of the server, once each. */
function namesIn(path: string, pattern: RegExp): string[] {
  const names = [...here(path).matchAll(pattern)].map((match) => match[1] ?? "");
  assert.ok(names.length > 0, `nothing in ${path} matches ${pattern}`);
  return names;
}

test("the settings are those that the server reads, and those of the extension", () => {
  const fields = namesIn("../../../src/lsp/settings.rs", /^ {4}pub (\w+): /gm);
  const camel = fields.map((field) => field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
  assert.deepEqual([...SERVER_SETTINGS], camel);
  const names = [...STARTING_SETTINGS, ...SERVER_SETTINGS, "trace.server"].map((name) => `gatelint.${name}`);
  assert.deepEqual(Object.keys(properties).sort(), names.sort());
});

test("a folder that is not trusted chooses neither the program nor what it is given", () => {
  const { untrustedWorkspaces } = manifest.capabilities;
  assert.equal(untrustedWorkspaces.supported, "limited");
  assert.deepEqual(untrustedWorkspaces.restrictedConfigurations, ["gatelint.path", "gatelint.args", "gatelint.config"]);
  for (const name of ["gatelint.path", "gatelint.args"]) {
    assert.equal(properties[name]?.scope, "machine-overridable", name);
  }
});

test("commands are registered here or by the server", () => {
  const served = namesIn("../../../src/lsp/commands.rs", /"(gatelint\.\w+)"/g);
  const registered = namesIn("../src/extension.ts", /command\("(gatelint\.\w+)"/g);
  const twice = registered.filter((name) => served.includes(name));
  assert.deepEqual(twice, [], "the language client registers the commands of the server");
  for (const { command } of manifest.contributes.commands) {
    assert.ok([...served, ...registered].includes(command), command);
  }
});

test("the problem matcher is the one of this repository", () => {
  assert.deepEqual(
    manifest.contributes.problemMatchers,
    JSON.parse(here("../../../matchers/vscode.json")).problemMatchers,
  );
});

test("the version is that of the program", () => {
  assert.equal(namesIn("../../../Cargo.toml", /^version = "(.+)"$/gm)[0], manifest.version);
});

test("nothing is sent to anybody", () => {
  for (const file of readdirSync(new URL("../src", import.meta.url))) {
    assert.doesNotMatch(here(`../src/${file}`), /telemetry|fetch\(|node:(https?|net|tls)/i, file);
  }
});
