/** Keeps when a login with AWSCURRENT may be rejected: while a change is under way that nobody could make otherwise. */
export interface Excuse {
  begin(): void;
  /** Nothing happens when none has begun. */
  end(): void;
  /** Notes that AWSCURRENT has moved. */
  moved(): void;
  /** Whether there was an excuse at any moment since `from`, on the clock of `performance`. */
  coversSince(from: number): boolean;
}

export function excuse(): Excuse {
  let isOpen = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  /** The last move and the one before it. */
  let moves: readonly [number, number] = [endedAt, endedAt];
  return {
    begin() {
      isOpen = true;
    },
    end() {
      if (isOpen) endedAt = performance.now();
      isOpen = false;
    },
    moved() {
      moves = [performance.now(), moves[0]];
    },
    // Two moves: whoever read the secret before the first of them holds what the second rotation changed.
    coversSince: (from) => isOpen || endedAt >= from || moves[1] >= from,
  };
}
