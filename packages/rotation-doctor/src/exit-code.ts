/** What a script may go by. */
export const EXIT = {
  /** Healthy, or done. */
  fine: 0,
  /** Something is wrong with the secret, its rotation or its function. */
  wrong: 1,
  /** Wrong arguments, or not done because nobody agreed or something stood against it. */
  refused: 2,
  /** AWS could not be asked: credentials, permissions, network, or nothing there. */
  unanswered: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
