/** The status bar names what is evaluated. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isEvaluated, label } from "../src/environmentNames.ts";

const all = ["staging", "production", "demo"];

test("the status bar names environments in the order of the configuration", () => {
  assert.equal(label({ all, evaluated: ["production", "staging"] }), "gatelint: staging, production");
  assert.equal(label({ all, evaluated: all }), "gatelint: all environments");
});

test("a configuration without environments has none to name", () => {
  assert.equal(label({ all: [], evaluated: [""] }), "gatelint");
});

test("what is evaluated is what the picker marks", () => {
  const environments = { all, evaluated: ["demo"] };
  assert.deepEqual(
    all.filter((name) => isEvaluated(environments, name)),
    ["demo"],
  );
});
