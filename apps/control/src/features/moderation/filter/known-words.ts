import { AllProfanity } from "allprofanity";
import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from "obscenity";
import { formsOf } from "./fold.ts";

/** Bad words of languages that neither library has. */
const MORE = [
  ...[
    "сука",
    "сучка",
    "бля",
    "блять",
    "блядь",
    "хуй",
    "хуйня",
    "пизда",
    "пиздец",
    "ебать",
    "ебаный",
    "мудак",
  ],
  ...[
    "blyat",
    "suka",
    "pizdec",
    "kurwa",
    "spierdalaj",
    "jebać",
    "pierdol",
    "chuj",
    "cazzo",
    "stronzo",
    "vaffanculo",
  ],
  ...[
    "クソ野郎",
    "くそったれ",
    "死ね",
    "傻逼",
    "操你妈",
    "他妈的",
    "씨발",
    "병신",
    "개새끼",
    "siktir",
    "orospu",
  ],
];

/** What the libraries take for bad and people say in good faith: whole words. */
const FINE = [
  ...[
    "gay",
    "gays",
    "lesbian",
    "lesbians",
    "homo",
    "homosexual",
    "queer",
    "sex",
    "sexy",
    "sexual",
    "con",
    "die",
  ],
  ...[
    "penistone",
    "shiitake",
    "mishit",
    "mishits",
    "slutsk",
    "retardant",
    "retardants",
    "assume",
    "van dyke",
  ],
];

/** Finds bad words of many languages that both people and libraries know. */
export type FindKnownWord = (text: string) => string | null;

/** Loads the dictionaries: some milliseconds. Each text costs a fraction of one. */
export function createKnownWords(): FindKnownWord {
  const english = englishDataset.build();
  const matcher = new RegExpMatcher({
    ...english,
    ...englishRecommendedTransformers,
    whitelistedTerms: [...(english.whitelistedTerms ?? []), ...FINE],
  });
  const many = new AllProfanity({
    languages: [
      "english",
      "hindi",
      "french",
      "german",
      "spanish",
      "bengali",
      "tamil",
      "telugu",
      "brazilian",
      "greek",
    ],
    customDictionaries: { more: MORE },
    whitelistWords: FINE,
    silent: true,
  });
  return (text) => {
    for (const form of formsOf(text)) {
      const [match] = matcher.getAllMatches(form, true);
      if (match !== undefined) return form.slice(match.startIndex, match.endIndex + 1);
      const { hasProfanity, detectedWords } = many.detect(form);
      if (hasProfanity) return detectedWords[0] ?? form;
    }
    return null;
  };
}
