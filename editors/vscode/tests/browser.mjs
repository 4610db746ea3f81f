/**
 * The package in a real VS Code in a real browser: squiggle, hover, quick fix, explanation, environments, screenshot.
 *
 *   node tests/browser.mjs PACKAGE.vsix PROGRAM [SCREENSHOT.png]
 *
 * PROGRAM is the absolute path of gatelint. CODE_SERVER names the `out/node/entry.js` of an installed code-server, which
 * is VS Code with a server (npm package `code-server`; it is built when it is installed, for about ten minutes), CHROMIUM
 * a browser (/usr/bin/chromium by default). Too heavy for CI: the protocol is tested by `cargo test --test lsp`.
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const [extension, program, screenshot] = process.argv.slice(2);
const codeServer = process.env.CODE_SERVER;
assert.ok(extension && program && codeServer, "usage: CODE_SERVER=… node tests/browser.mjs PACKAGE.vsix PROGRAM [PNG]");

/** How long a step may take on a loaded machine. */
const PATIENCE = 120_000;
const ADDRESS = "127.0.0.1:18080";
const FIXTURE = new URL("../../../fixtures/projects/gated", import.meta.url).pathname;

const place = mkdtempSync(join(tmpdir(), "gatelint-vscode-"));
const project = join(place, "gated");
cpSync(FIXTURE, project, { recursive: true });
mkdirSync(join(project, ".git"));
const data = ["--user-data-dir", join(place, "data"), "--extensions-dir", join(place, "extensions")];
const settings = {
  "gatelint.path": program,
  "workbench.colorTheme": "Default Light Modern",
  "editor.minimap.enabled": false,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
};
// The path of a program is a setting of the machine, the colours are the user's.
for (const whose of ["Machine", "User"]) {
  mkdirSync(join(place, "data", whose), { recursive: true });
  writeFileSync(join(place, "data", whose, "settings.json"), JSON.stringify(settings));
}

execFileSync(process.execPath, [codeServer, ...data, "--install-extension", extension], { stdio: "inherit" });
const quiet = [
  "--disable-telemetry",
  "--disable-update-check",
  "--disable-workspace-trust",
  "--disable-getting-started-override",
];
const server = spawn(process.execPath, [
  codeServer,
  ...data,
  "--bind-addr",
  ADDRESS,
  "--auth",
  "none",
  ...quiet,
  project,
]);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows"],
});

/** Runs a step, and says so. */
async function step(name, work) {
  const began = Date.now();
  const result = await work();
  console.log(`${name}: ok, ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

/** Tries until it works. */
async function eventually(work) {
  for (const end = Date.now() + PATIENCE; ; await sleep(500)) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PATIENCE);
  const lines = page.locator(".editor-group-container").first().locator(".view-line");
  const line = (text) => lines.filter({ hasText: text }).first();
  const status = page.locator("[id='gatelint.gatelint.gatelint.environments']");

  /** Opens a file by its path, in the explorer. */
  const open = async (path) => {
    for (const name of path.split("/")) {
      await page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: name }).first().click();
    }
    await page
      .locator(".tab.active")
      .filter({ hasText: path.split("/").at(-1) })
      .waitFor();
  };
  /** Puts the cursor into the value at fault on line 18. */
  const toFinding = async () => {
    await line('bucket" "legacy"').click();
    for (const key of ["ArrowDown", "End", "ArrowLeft"]) {
      await page.keyboard.press(key);
    }
  };
  /** Runs a command of the palette. */
  const run = async (title) => {
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").first().fill(`>${title}`);
    await page.locator(".quick-input-list .monaco-list-row").filter({ hasText: title }).first().click();
  };
  /** The message of a notification, if there is one that is an error. */
  const complaint = () => page.locator(".notification-toast .codicon-error").count();

  await step("VS Code opens", async () => {
    await eventually(() => page.goto(`http://${ADDRESS}/?folder=${project}`, { waitUntil: "load" }));
    await page.locator(".monaco-workbench").waitFor();
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  });

  await step("a finding has a squiggle", async () => {
    await open("infra/main.tf");
    await page.locator(".squiggly-error").first().waitFor();
  });

  await step("hover shows the value with the way it came, and the rationale", async () => {
    const hover = page.locator(".monaco-hover:not(.hidden)").filter({ hasText: "infra/staging.tfvars:1" });
    await eventually(async () => {
      await page.mouse.move(5, 5);
      await line("acl = var.downloads_acl").getByText("downloads_acl").hover({ timeout: 2000 });
      await hover.first().waitFor({ timeout: 5000 });
    });
    assert.match((await hover.first().textContent()) ?? "", /var\.downloads_acl = "public-read"/);
  });

  await step("Problems lists it", async () => {
    await page.keyboard.press("Control+Shift+M");
    await page.locator(".markers-panel .monaco-list-row").filter({ hasText: "aws/s3/public-acl" }).first().waitFor();
  });

  if (screenshot) {
    await step("a screenshot", async () => {
      await page.mouse.move(5, 5);
      await line("acl = var.downloads_acl").getByText("downloads_acl").hover();
      await page.locator(".monaco-hover:not(.hidden)").filter({ hasText: "tfvars:1" }).first().waitFor();
      await sleep(1000);
      await page.screenshot({ path: screenshot });
    });
  }

  await step("an explanation opens, with links", async () => {
    await toFinding();
    await run("gatelint: Explain This Finding");
    const tab = page.locator(".tab.active").filter({ hasText: "public-acl" });
    await tab.waitFor();
    await page.locator(".detected-link").first().waitFor();
  });

  await step("a quick fix takes the finding away", async () => {
    const problem = page.locator(".markers-panel .monaco-list-row").filter({ hasText: "[Ln 18, Col 9]" });
    assert.equal(await problem.count(), 1);
    const menu = page.locator(".action-widget .monaco-list-row");
    const suppress = menu.filter({ hasText: "Suppress aws/s3/public-acl here" }).first();
    await eventually(async () => {
      await toFinding();
      await page.keyboard.press("Control+Period");
      await suppress.click({ timeout: 5000 });
    });
    await line("gatelint:ignore aws/s3/public-acl -- TODO").waitFor();
    await eventually(async () => assert.equal(await problem.count(), 0));
  });

  await step("the status bar names the environments, and its picker selects one", async () => {
    await status.filter({ hasText: "all environments" }).waitFor();
    await status.click();
    const row = page.locator(".quick-input-list .monaco-list-row").filter({ hasText: "staging" });
    await row.first().waitFor();
    await row.locator(".label-name").first().click();
    await page.locator(".quick-input-widget").getByRole("button", { name: "OK" }).click();
    await status.filter({ hasText: "gatelint: production" }).waitFor();
    // In production the downloads are private.
    await eventually(async () => {
      const text = await page.locator(".markers-panel").textContent();
      assert.ok(!text.includes("staging"), text);
    });
  });

  assert.equal(await complaint(), 0, "a notification complains");
} catch (error) {
  const page = browser.contexts()[0]?.pages()[0];
  await page?.screenshot({ path: join(tmpdir(), "gatelint-vscode-failed.png") });
  console.error(`what the browser showed: ${join(tmpdir(), "gatelint-vscode-failed.png")}`);
  throw error;
} finally {
  await browser.close();
  server.kill();
  rmSync(place, { recursive: true, force: true });
}
