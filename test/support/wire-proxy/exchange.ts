/** One question to a database server that has one answer. */
export type Exchange =
  | { readonly kind: 'login'; readonly username: string }
  | { readonly kind: 'statement'; readonly text: string };

/** What the server said to it. */
export type Verdict = 'accepted' | 'refused';

/** What becomes of one exchange. */
export interface Passage {
  /** Whether the server gets to hear of it; if not, the connection is cut. */
  readonly delivered: boolean;
  /** Called when the whole answer is there: whether the client gets it; if not, the connection is cut. */
  answered(verdict: Verdict): boolean | Promise<boolean>;
}

/** Decides on each exchange as it begins. */
export type Gate = (exchange: Exchange) => Passage;

/** Bytes for the server. With `asks`, an exchange begins with them. */
export interface Outgoing {
  readonly bytes: Buffer;
  readonly asks?: Exchange;
}

/** Bytes for the client. With `verdict`, the exchange under way ends with them. */
export interface Incoming {
  readonly bytes: Buffer;
  readonly verdict?: Verdict;
}

/**
 * One connection's conversation as its protocol has it. Bytes come as they arrive and are given back in whole messages;
 * those of an answer are kept until the answer is complete.
 */
export interface Dialogue {
  fromClient(bytes: Buffer): Outgoing[];
  fromServer(bytes: Buffer): Incoming[];
}
