import { pushViewSchema } from "@sameroom/contract";
import { request } from "../api/request.ts";

/** What this device does with push: it cannot, it was told not to, or it does or does not. */
export type PushState = "unsupported" | "denied" | "on" | "off";

const isSupported = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** How it is now. */
export async function readPush(): Promise<PushState> {
  if (!isSupported()) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const worker = await navigator.serviceWorker.getRegistration("/push.js");
  return (await worker?.pushManager.getSubscription()) ? "on" : "off";
}

/** Asks the browser, then tells the server. Throws what the browser or the server say. */
export async function switchPushOn(): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const { publicKey } = await request("/api/push", { schema: pushViewSchema });
  await navigator.serviceWorker.register("/push.js");
  const worker = await navigator.serviceWorker.ready;
  const old = await worker.pushManager.getSubscription();
  // One that was made for another server's key is of no use.
  await old?.unsubscribe();
  const device = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  });
  const { endpoint, keys } = device.toJSON();
  await request("/api/push/subscription", { method: "PUT", body: { endpoint, keys } });
  return "on";
}

/** This device is told nothing more. */
export async function switchPushOff(): Promise<PushState> {
  const worker = await navigator.serviceWorker.getRegistration("/push.js");
  const device = await worker?.pushManager.getSubscription();
  if (device) {
    await request("/api/push/subscription", { method: "DELETE", body: { endpoint: device.endpoint } });
    await device.unsubscribe();
  }
  return "off";
}
