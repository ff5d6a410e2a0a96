import { existsSync, rmSync, writeFileSync } from "node:fs";
import { findProgram, run } from "./command.js";
import { packagesOf, type Engine } from "./engine.js";

/** Debian asks this program whether a package may start its service; 101 is no. */
const policy = "/usr/sbin/policy-rc.d";

/** How to become root without being asked for a password; null where there is no way. */
async function asRoot(): Promise<readonly string[] | null> {
  if (process.getuid?.() === 0) return [];
  const sudo = findProgram("sudo");
  if (sudo === null) return null;
  return (await run(sudo, ["-n", "true"], { timeout: 10_000 })).ok ? [sudo, "-n"] : null;
}

interface Attempt {
  readonly ok: boolean;
  readonly why: string;
}

let last: Promise<unknown> = Promise.resolve();

/** Installs an engine's server by the system's package manager; says why where it could not. */
export const installServer = (engine: Engine): Promise<Attempt> => installPackages(packagesOf[engine]);

/**
 * Installs packages by Debian's names; says why where it could not. What is asked for at once is
 * installed one after the other.
 */
export function installPackages(names: readonly string[]): Promise<Attempt> {
  const attempt = last.then(() => install(names));
  last = attempt.catch(() => undefined);
  return attempt;
}

async function install(names: readonly string[]): Promise<Attempt> {
  const apt = findProgram("apt-get");
  if (apt === null) return { ok: false, why: "there is no apt-get" };
  const root = await asRoot();
  if (root === null) return { ok: false, why: "apt-get needs root or sudo without a password" };
  const call = (...args: string[]) => {
    const [program, ...rest] = [...root, "env", "DEBIAN_FRONTEND=noninteractive", apt, ...args];
    return run(program!, rest, { timeout: 600_000 });
  };
  // Without root the packages' services may start; they listen on loopback alone and are not used.
  const silence = root.length === 0 && !existsSync(policy);
  if (silence) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const updated = await call("-q", "-o", "DPkg::Lock::Timeout=300", "update");
    const installed = await call(
      "-q",
      "-y",
      "-o",
      "DPkg::Lock::Timeout=300",
      "--no-install-recommends",
      "install",
      ...names,
    );
    if (installed.ok) return { ok: true, why: "" };
    const said = (installed.output || updated.output).split("\n").slice(-4).join(" / ");
    return { ok: false, why: `apt-get install ${names.join(" ")} failed: ${said}` };
  } finally {
    if (silence) rmSync(policy, { force: true });
  }
}
