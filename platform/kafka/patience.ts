/**
 * How consumers retry: for as long as Kafka is away. One that gave up would come back as a new member,
 * and the group would wait for the old one until its session has expired (6 s). In milliseconds.
 */
export const consumerRetry = {
  initialRetryTime: 50,
  maxRetryTime: 500,
  retries: 1_000_000,
  restartOnFailure: async () => true,
};
