/** A room address made from a title: `Größe & Co.` becomes `grosse-co`. Empty when too little is left. */
export function slugOf(title: string): string {
  const slug = title
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return slug.length >= 3 ? slug : "";
}
