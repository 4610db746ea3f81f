/** The environments of the configuration: in the status bar, and a picker to switch them. */

import * as vscode from "vscode";
import { type Environments, isEvaluated, label, tooltip } from "./environmentNames.ts";

/** Asks the server for the environments at a document; none while it does not run. */
export type AskEnvironments = (document: vscode.Uri | undefined) => Promise<Environments | undefined>;

/** Where the choice is kept, for each workspace. */
const KEY = "environments";

export class EnvironmentStatus implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly memory: vscode.Memento;
  private readonly ask: AskEnvironments;
  private readonly covers: (document: vscode.TextDocument) => boolean;
  private readonly choose: () => Promise<unknown>;

  /** `covers` tells whether a document is one of ours; `choose` tells the server which environments it is to evaluate. */
  constructor(
    memory: vscode.Memento,
    ask: AskEnvironments,
    covers: (document: vscode.TextDocument) => boolean,
    choose: () => Promise<unknown>,
  ) {
    this.memory = memory;
    this.ask = ask;
    this.covers = covers;
    this.choose = choose;
    this.item = vscode.window.createStatusBarItem("gatelint.environments", vscode.StatusBarAlignment.Right, 100);
    this.item.name = "gatelint: Environments";
    this.item.command = "gatelint.selectEnvironments";
  }

  /** The environments that were picked in this workspace; none if nobody picked any. */
  get picked(): string[] | undefined {
    return this.memory.get<string[]>(KEY);
  }

  /** Shows the environments of the active document, or nothing where there is none. */
  async refresh(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const environments = document && this.covers(document) ? await this.ask(document.uri) : undefined;
    if (!environments) {
      this.item.hide();
      return;
    }
    this.item.text = `$(server-environment) ${label(environments)}`;
    this.item.tooltip = tooltip(environments);
    this.item.show();
  }

  /** The same, if something else was found in the active document. */
  async refreshAfter(changed: readonly vscode.Uri[]): Promise<void> {
    const active = vscode.window.activeTextEditor?.document.uri.toString();
    if (changed.some((uri) => uri.toString() === active)) {
      await this.refresh();
    }
  }

  /** Lets the user pick environments. */
  async select(): Promise<void> {
    const environments = await this.ask(vscode.window.activeTextEditor?.document.uri);
    if (!environments || environments.all.length === 0) {
      void vscode.window.showInformationMessage("The configuration of gatelint has no environments.");
      return;
    }
    const items = environments.all.map((name) => ({ label: name, picked: isEvaluated(environments, name) }));
    const chosen = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      title: "Environments to evaluate",
      placeHolder: "None is all of them",
    });
    if (!chosen) {
      return;
    }
    const names = chosen.map((item) => item.label);
    const isAll = names.length === 0 || names.length === environments.all.length;
    await this.memory.update(KEY, isAll ? undefined : names);
    await this.apply();
  }

  /** Has the server evaluate what was chosen, and shows it. */
  async apply(): Promise<void> {
    await this.choose();
    await this.refresh();
  }

  dispose(): void {
    this.item.dispose();
  }
}
