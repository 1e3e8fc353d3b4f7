import type { LogFields } from './logger.ts';

/** In which namespace CloudWatch has the metrics of rotations. */
const NAMESPACE = 'SecretsRotation';

interface Metric {
  readonly unit: 'Milliseconds' | 'Count';
  readonly value: number;
}

/**
 * Fields that CloudWatch Logs makes metrics of (embedded metric format).
 * @param dimensions fields of the same line: never what names a secret, for each value of them makes metrics of its own
 * @param metrics by their names
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricFields(
  dimensions: readonly string[],
  metrics: Readonly<Record<string, Metric>>,
): LogFields {
  const named = Object.entries(metrics);
  return {
    ...Object.fromEntries(named.map(([name, { value }]) => [name, value])),
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [dimensions],
          Metrics: named.map(([Name, { unit }]) => ({ Name, Unit: unit })),
        },
      ],
    },
  };
}

/** How a step ended, and what it took. */
export function stepMetrics(ending: 'StepSucceeded' | 'StepFailed', milliseconds: number): LogFields {
  return metricFields(['engine', 'strategy', 'step'], {
    [ending]: { unit: 'Count', value: 1 },
    StepDuration: { unit: 'Milliseconds', value: milliseconds },
  });
}

/** How long logins with AWSCURRENT were rejected. */
export function loginGapMetric(milliseconds: number): LogFields {
  return metricFields(['engine', 'strategy'], {
    LoginGap: { unit: 'Milliseconds', value: milliseconds },
  });
}
