const DAY_IN_MS = 24 * 60 * 60 * 1000;

/**
 * The time as the local Secrets Manager has it. Rotations are a day or more apart in life: the service keeps each version for
 * a day, and refuses a secret with more than 100 of them, which a long demo would come to within minutes.
 */
export interface Calendar {
  now(): Date;
  nextDay(): void;
}

export function openCalendar(): Calendar {
  let daysPassed = 0;
  return {
    now: () => new Date(Date.now() + daysPassed * DAY_IN_MS),
    nextDay: () => void daysPassed++,
  };
}
