import { networkInterfaces } from "node:os";
import type { MachineAddress } from "@sameroom/contract";

/** Addresses of all interfaces that are up. */
export function machineAddresses(): MachineAddress[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .map(({ address, internal }) => ({ address, internal }));
}
