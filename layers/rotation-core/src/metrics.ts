import type { LogFields } from './logger.ts';

/** In which namespace CloudWatch has the metrics of rotations. */
const NAMESPACE = 'SecretsRotation';

interface Metric {
  readonly unit: 'Milliseconds' | 'Count';
  readonly value: number;
}

/** Fields of the same line, by which a metric is told apart: never what names a secret, for each value makes metrics of its own. */
type Dimensions = readonly string[];

const BY_ROTATION: Dimensions = ['engine', 'strategy'];
const BY_STEP: Dimensions = [...BY_ROTATION, 'step'];

/**
 * Fields that CloudWatch Logs makes metrics of (embedded metric format).
 * @param dimensions each of them makes metrics
 * @param metrics by their names
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricFields(
  dimensions: readonly Dimensions[],
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
          Dimensions: dimensions,
          Metrics: named.map(([Name, { unit }]) => ({ Name, Unit: unit })),
        },
      ],
    },
  };
}

/** How a step ended, and what it took. */
export function stepMetrics(ending: 'StepSucceeded' | 'StepFailed', milliseconds: number): LogFields {
  return metricFields([BY_ROTATION, BY_STEP], {
    [ending]: { unit: 'Count', value: 1 },
    StepDuration: { unit: 'Milliseconds', value: milliseconds },
  });
}

/** How long logins with AWSCURRENT were rejected. */
export function loginGapMetric(milliseconds: number): LogFields {
  return metricFields([BY_ROTATION], {
    LoginGap: { unit: 'Milliseconds', value: milliseconds },
  });
}
