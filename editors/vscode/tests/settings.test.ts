/** The server is given what the user chose, and nothing else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { serverSettings } from "../src/settings.ts";

const values: Record<string, unknown> = { path: "/opt/gatelint", environments: ["staging"], severity: "high" };
const configuration = { get: <T>(name: string) => values[name] as T | undefined };

test("settings of the extension stay with it", () => {
  const settings = serverSettings(configuration, undefined);
  assert.deepEqual(settings.environments, ["staging"]);
  assert.equal(settings.severity, "high");
  assert.ok(!("path" in settings));
});

test("environments that were picked are stronger than those of the settings", () => {
  assert.deepEqual(serverSettings(configuration, ["production"]).environments, ["production"]);
});
