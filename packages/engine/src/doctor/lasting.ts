import type { DoctorFinding, Symptom, SymptomCode } from "./types.ts";

/** A symptom is a finding after it was there so long, and none after it was away so long. */
const OPEN_MS = 5000;
const CLOSE_MS = 10_000;
/** Values that moved are told again after so long, ms. */
const REFRESH_MS = 10_000;

interface Course {
  symptom: Symptom;
  /** Since when it is there without a break. */
  sinceMs: number;
  seenMs: number;
  told: { symptom: Symptom; sinceUnixMs: number; atMs: number } | undefined;
}

/** Tells what lasts from what passes, so that no finding flickers. */
export class LastingSymptoms {
  readonly #courses = new Map<SymptomCode, Course>();

  /** What was there for long enough, in the order it was found. */
  get findings(): DoctorFinding[] {
    const found = [...this.#courses.values()].flatMap(({ told }) => (told === undefined ? [] : [told]));
    return found.map(({ symptom, sinceUnixMs }) => ({ ...symptom, sinceUnixMs }));
  }

  /** Takes the symptoms of this moment, milliseconds since 1970; true when the findings are others now. */
  update(symptoms: readonly Symptom[], nowMs: number): boolean {
    let changed = false;
    for (const symptom of symptoms) changed = this.#present(symptom, nowMs) || changed;
    for (const [code, course] of this.#courses) {
      if (symptoms.some((symptom) => symptom.code === code)) continue;
      if (course.told !== undefined && nowMs - course.seenMs < CLOSE_MS) continue;
      this.#courses.delete(code);
      changed ||= course.told !== undefined;
    }
    return changed;
  }

  #present(symptom: Symptom, nowMs: number): boolean {
    const course = this.#courses.get(symptom.code);
    if (course === undefined) {
      this.#courses.set(symptom.code, { symptom, sinceMs: nowMs, seenMs: nowMs, told: undefined });
      return false;
    }
    course.symptom = symptom;
    course.seenMs = nowMs;
    const { told } = course;
    if (told === undefined) {
      if (nowMs - course.sinceMs < OPEN_MS) return false;
      course.told = { symptom, sinceUnixMs: course.sinceMs, atMs: nowMs };
      return true;
    }
    if (sameSymptom(told.symptom, symptom)) return false;
    const isGraver = told.symptom.severity !== symptom.severity || told.symptom.repaired !== symptom.repaired;
    if (!isGraver && nowMs - told.atMs < REFRESH_MS) return false;
    course.told = { ...told, symptom, atMs: nowMs };
    return true;
  }
}

function sameSymptom(one: Symptom, other: Symptom): boolean {
  if (one.severity !== other.severity || one.repaired !== other.repaired) return false;
  const names = new Set([...Object.keys(one.values), ...Object.keys(other.values)]);
  return [...names].every((name) => one.values[name] === other.values[name]);
}
