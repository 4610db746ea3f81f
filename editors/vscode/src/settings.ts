/** The settings that the server reads, as `gatelint lsp` has them. */

/** Their names, below `gatelint`. */
export const SERVER_SETTINGS = [
  "environments",
  "config",
  "check",
  "skip",
  "severity",
  "hideInconclusive",
  "hideLenses",
] as const;

/** Settings of this extension; when one changes, the server starts again. */
export const STARTING_SETTINGS = ["enable", "path", "args"] as const;

/** The part of a configuration that is read: `workspace.getConfiguration("gatelint")` is one. */
export interface Configuration {
  get<T>(name: string): T | undefined;
}

/** What the server is to do by the configuration. Environments that were picked are stronger than those of it. */
export function serverSettings(configuration: Configuration, picked: string[] | undefined): Record<string, unknown> {
  const settings = Object.fromEntries(SERVER_SETTINGS.map((name) => [name, configuration.get(name)]));
  return picked ? { ...settings, environments: picked } : settings;
}
