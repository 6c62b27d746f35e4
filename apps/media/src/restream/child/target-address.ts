import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isPublicAddress } from "@sameroom/base";
import { TargetFault } from "./target-fault.ts";

/** An IP address a target's name stands for. */
export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/**
 * The addresses of a target, checked: what is connected to afterwards is one of these and no other, so a name that changes its
 * mind (DNS rebinding) reaches nothing else. Throws `TargetFault`; one address in a private network refuses the name.
 */
export async function resolveTarget(host: string, allowPrivate: boolean): Promise<ResolvedAddress[]> {
  const name = host.replace(/^\[|\]$/g, "");
  let found: { address: string; family: number }[];
  try {
    found = isIP(name) > 0 ? [{ address: name, family: isIP(name) }] : await lookup(name, { all: true });
  } catch (error) {
    throw new TargetFault("name-unknown", (error as NodeJS.ErrnoException).code ?? null);
  }
  if (found.length === 0) throw new TargetFault("name-unknown", null);
  const foreign = allowPrivate ? undefined : found.find(({ address }) => !isPublicAddress(address));
  if (foreign !== undefined) throw new TargetFault("private-address", foreign.address);
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}
