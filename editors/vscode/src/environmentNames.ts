/** How environments are named to the user. Knows nothing of the editor. */

/** What `gatelint.environments` answers. */
export interface Environments {
  /** All environments of the configuration, in its order. */
  all: string[];
  /** Those that are evaluated. */
  evaluated: string[];
}

/** Whether an environment is evaluated. */
export function isEvaluated(environments: Environments, name: string): boolean {
  return environments.evaluated.includes(name);
}

/** The text in the status bar. */
export function label(environments: Environments): string {
  const evaluated = environments.all.filter((name) => isEvaluated(environments, name));
  if (environments.all.length === 0) {
    return "gatelint";
  }
  return `gatelint: ${evaluated.length === environments.all.length ? "all environments" : evaluated.join(", ")}`;
}

/** The text that is shown where the pointer rests on the status bar. */
export function tooltip({ all }: Environments): string {
  return all.length === 0
    ? "gatelint is running. The configuration has no environments."
    : `gatelint evaluates these environments of: ${all.join(", ")}. Click to select others.`;
}
