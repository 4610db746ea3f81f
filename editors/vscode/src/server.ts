/** The server: starts `gatelint lsp`, stops it, and asks it. */

import { statSync } from "node:fs";
import * as vscode from "vscode";
import { ExecuteCommandRequest, LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";
import { selector } from "./documents.ts";
import { checkIn } from "./places.ts";
import { findProgram } from "./program.ts";

/** How to get the program. */
const INSTALLING = "https://github.com/gatelint/gatelint#readme";

/** What the server needs of the extension. */
export interface Surroundings {
  /** The folder of the extension. */
  extension: string;
  /** The settings that the server is given. */
  settings(): Record<string, unknown>;
  /** Shows an explanation that the server gave of something in a file. */
  explained(title: string, text: string, file: string): Promise<void>;
}

export class Server {
  /** Its log. */
  readonly log = vscode.window.createOutputChannel("gatelint", { log: true });
  private readonly surroundings: Surroundings;
  private client: LanguageClient | undefined;
  /** Starts and stops follow each other. */
  private last: Promise<void> = Promise.resolve();

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  /** Starts the server again, or for the first time; stops it where the settings have it so. */
  restart(): Promise<void> {
    return this.queue(async () => {
      await this.halt();
      const configuration = vscode.workspace.getConfiguration("gatelint");
      if (configuration.get("enable", true)) {
        await this.start(configuration);
      }
    });
  }

  /** Stops the server. */
  stop(): Promise<void> {
    return this.queue(() => this.halt());
  }

  /** Has a command of the server executed; no result while it does not run. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T | undefined> {
    const result = await this.client?.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
    return (result as T | null) ?? undefined;
  }

  private queue(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step, step);
    return this.last;
  }

  private async start(configuration: vscode.WorkspaceConfiguration): Promise<void> {
    const setting = configuration.get("path", "");
    const { platform, env } = process;
    const machine = { platform, path: env.PATH ?? env.Path, isFile };
    const command = findProgram(setting, this.surroundings.extension, machine);
    if (!command) {
      void complain(setting);
      return;
    }
    const args = ["lsp", ...configuration.get<string[]>("args", [])];
    this.log.info(`${command} ${args.join(" ")}`);
    const client = new LanguageClient("gatelint", "gatelint", { command, args }, this.options());
    try {
      await client.start();
      this.client = client;
      await this.setRunning(true);
    } catch (error) {
      this.log.error(String(error));
      void vscode.window.showErrorMessage(`gatelint does not start: ${error}`);
    }
  }

  private async halt(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await this.setRunning(false);
    await client?.dispose();
  }

  private async setRunning(running: boolean): Promise<void> {
    await vscode.commands.executeCommand("setContext", "gatelint.running", running);
  }

  private options(): LanguageClientOptions {
    const { settings, explained } = this.surroundings;
    return {
      documentSelector: selector,
      outputChannel: this.log,
      initializationOptions: settings(),
      middleware: {
        // Lenses and code actions have explanations made by commands of the server; their results are shown here.
        executeCommand: async (command, args, next) => {
          const result = await next(command, args);
          if (command.startsWith("gatelint.explain") && typeof result === "string") {
            const [subject, file] = args.map(String);
            const title = command === "gatelint.explain" ? checkIn(result) : subject;
            await explained(title ?? "explanation", result, file ?? "");
          }
          return result;
        },
        workspace: {
          configuration: ({ items }) => items.map(() => settings()),
        },
      },
    };
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Says that the program is missing, and what to do. */
async function complain(setting: string): Promise<void> {
  const [what, how] = setting
    ? [`The setting \`gatelint.path\` is not the absolute path of a file: ${setting}`, "Open Settings"]
    : ["gatelint is not on the PATH.", "How to Install"];
  const answer = await vscode.window.showErrorMessage(what, how, "Open Settings");
  if (answer === "How to Install") {
    await vscode.env.openExternal(vscode.Uri.parse(INSTALLING));
  } else if (answer) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "gatelint.path");
  }
}
