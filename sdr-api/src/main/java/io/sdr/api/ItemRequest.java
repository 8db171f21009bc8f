package io.sdr.api;

/** A request about one replicated item. */
public sealed interface ItemRequest extends Request
        permits FailoverPlan,
                ReverseRequest,
                CommitRequest,
                CancelFailoverRequest,
                ChangePointRequest,
                ReplicateNowRequest,
                StartVmRequest,
                ResynchronizeRequest,
                GrowReplicaRequest,
                DisableRequest,
                TestCleanupRequest,
                ResolveRequest {
    /**
     * Names the item.
     *
     * @return its id
     */
    ItemId item();

    /**
     * Names the operation that the request asks for.
     *
     * @return the operation
     */
    Operation operation();
}
