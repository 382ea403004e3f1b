/** The inner modules of kafkajs 2.2.4 that the driver mends; they ship without types. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  interface Pending {
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
  const RequestQueue: { prototype: Pending };
  export default RequestQueue;
}

declare module 'kafkajs/src/broker/index.js' {
  interface Joined {
    readonly memberId: string;
    readonly generationId: number;
  }
  const Broker: { prototype: { joinGroup(request: object): Promise<Joined> } };
  export default Broker;
}
