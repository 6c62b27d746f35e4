/** An address on the media port as the API gives it, absolute or `:PORT/path` on this page's own host, made absolute. */
export function mediaAddress(
  address: string,
  page: Pick<Location, "protocol" | "hostname"> = location,
): string {
  return address.startsWith(":") ? `${page.protocol}//${page.hostname}${address}` : address;
}

/** The address that downloads a file under a name of ours instead of opening it. */
export function downloadAddress(
  address: string,
  name: string,
  page?: Pick<Location, "protocol" | "hostname">,
): string {
  const url = new URL(mediaAddress(address, page));
  url.searchParams.set("download", name);
  return url.href;
}
