const ADJECTIVES = [
  ...["Amber", "Brave", "Bright", "Calm", "Clever", "Cosy", "Curious", "Daring"],
  ...["Eager", "Gentle", "Golden", "Happy", "Jolly", "Kind", "Lively", "Lucky"],
  ...["Mellow", "Merry", "Noble", "Patient", "Polite", "Quick", "Quiet", "Silver"],
  ...["Sunny", "Swift", "Tidy", "Velvet", "Warm", "Wild", "Wise", "Witty"],
];
const ANIMALS = [
  ...["Badger", "Beaver", "Crane", "Dolphin", "Dove", "Falcon", "Finch", "Fox"],
  ...["Gecko", "Hare", "Heron", "Ibex", "Jay", "Koala", "Lark", "Lemur"],
  ...["Lynx", "Magpie", "Marten", "Otter", "Owl", "Panda", "Penguin", "Puffin"],
  ...["Raven", "Robin", "Seal", "Sparrow", "Stork", "Swan", "Turtle", "Wren"],
];

/** A friendly name for a visitor: the same bytes, the same name. Two random bytes choose among 1024. */
export function guestName(bytes: Uint8Array): string {
  return `${ADJECTIVES[(bytes[0] ?? 0) % 32]} ${ANIMALS[(bytes[1] ?? 0) % 32]}`;
}
