/** The one kind of filter pattern that is known here: `{ $.field = "value" }`. */
export interface FieldPattern {
  readonly field: string;
  readonly value: string;
}

const FIELD_PATTERN = /^\{ \$\.(?<field>\w+) = "(?<value>[^"]*)" \}$/;

export function parsePattern(pattern: string): FieldPattern | undefined {
  const { field, value } = FIELD_PATTERN.exec(pattern)?.groups ?? {};
  return field === undefined || value === undefined ? undefined : { field, value };
}

/** The lines of a function's output that the pattern fits, as events of CloudWatch Logs. */
export function readLog(output: string, { field, value }: FieldPattern, startTime: number) {
  return output.split('\n').flatMap((message, index) => {
    if (!message.startsWith('{')) return [];
    const line = JSON.parse(message) as Record<string, unknown>;
    const timestamp = Date.parse(String(line['timestamp']));
    if (line[field] !== value || timestamp < startTime) return [];
    return [{ eventId: String(index), timestamp, message }];
  });
}
