// Runs before the first paint, so that a remembered theme never flashes the other one. A file of its own because
// the content security policy allows no inline scripts.
try {
  const theme = localStorage.getItem("sameroom.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be blocked; the system's theme is used then.
}
