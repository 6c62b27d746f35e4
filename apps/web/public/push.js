// The service worker of notices: shows what the server pushes while no page of it is open. It caches nothing and touches no request.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  event.waitUntil(tell(event.data?.json()));
});

async function tell(message) {
  if (message?.type !== "live") return;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => page.visibilityState === "visible");
  // Who is here already is told in the page.
  if (open) return open.postMessage(message);
  await self.registration.showNotification(`${message.host} is live`, {
    body: message.title,
    icon: "/favicon.svg",
    tag: `live ${message.room}`,
    data: { path: `/r/${message.room}` },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});

async function open(path) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => new URL(page.url).pathname === path);
  return there ? there.focus() : self.clients.openWindow(path);
}
