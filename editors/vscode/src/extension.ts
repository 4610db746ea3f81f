/**
 * gatelint in VS Code: starts the language server, and adds what the protocol has no place for: the environments in the
 * status bar, and explanations as documents. Everything that is found, is found by the server.
 */

import * as vscode from "vscode";
import { selector } from "./documents.ts";
import type { Environments } from "./environmentNames.ts";
import { EnvironmentStatus } from "./environments.ts";
import { Explanations } from "./explanations.ts";
import { findingsAt, pickFinding } from "./findings.ts";
import { Server } from "./server.ts";
import { STARTING_SETTINGS, serverSettings } from "./settings.ts";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const explanations = new Explanations();
  const settings = () => serverSettings(vscode.workspace.getConfiguration("gatelint"), environments.picked);
  const running = new Server({
    extension: context.extensionPath,
    settings,
    explained: (title, text, file) => explanations.show(title, text, file),
  });
  server = running;
  const environments = new EnvironmentStatus(
    context.workspaceState,
    (document) => running.execute<Environments>("gatelint.environments", document?.toString()),
    (document) => vscode.languages.match(selector, document) > 0,
    () => running.execute("gatelint.setEnvironments", settings().environments),
  );
  const restart = async () => {
    await running.restart();
    await environments.refresh();
  };
  const command = vscode.commands.registerCommand;
  context.subscriptions.push(
    running.log,
    environments,
    explanations.register(),
    command("gatelint.explainFinding", explainFinding),
    command("gatelint.selectEnvironments", () => environments.select()),
    command("gatelint.restart", restart),
    command("gatelint.showLog", () => running.log.show()),
    vscode.window.onDidChangeActiveTextEditor(() => environments.refresh()),
    // The configuration may be another one whenever something else is found.
    vscode.languages.onDidChangeDiagnostics(({ uris }) => environments.refreshAfter(uris)),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (STARTING_SETTINGS.some((name) => event.affectsConfiguration(`gatelint.${name}`))) {
        await restart();
      } else if (event.affectsConfiguration("gatelint.environments")) {
        await environments.apply();
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Explains the finding at the cursor: the same command of the server that its code action runs. */
async function explainFinding(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return;
  }
  const findings = findingsAt(editor);
  const finding = await pickFinding(findings);
  if (finding) {
    await vscode.commands.executeCommand("gatelint.explain", finding.fingerprint, editor.document.uri.toString());
  } else if (findings.length === 0) {
    void vscode.window.showInformationMessage("There is no finding of gatelint at the cursor.");
  }
}
