package io.sdr.hyperv.replication;

import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.Side;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Disks;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.TestObjects;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmControl;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.host.VmState;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A site over one side of a {@link FakePair}: as much of it as the driver uses. */
final class FakeReplicaSite implements ReplicaSite {
    private final FakePair pair;
    private final Side side;

    FakeReplicaSite(FakePair pair, Side side) {
        this.pair = pair;
        this.side = side;
    }

    static SiteId id(Side side) {
        return new SiteId(side.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public SiteId id() {
        return id(side);
    }

    @Override
    public ReplicaEnd replicaEnd() {
        return new FakeEnd(pair, side);
    }

    @Override
    public SiteCapabilities capabilities() {
        return new SiteCapabilities(Set.of());
    }

    @Override
    public Contact contact(CallContext context) {
        return new Contact.Reachable(pair.now());
    }

    @Override
    public Inventory inventory() {
        throw new UnsupportedOperationException("the driver does not ask it");
    }

    @Override
    public Disks disks() {
        throw new UnsupportedOperationException("the driver opens no disk");
    }

    private VmObservation observation(VmId vm, FakeVm its) {
        return new VmObservation(
                vm,
                its.power() == VmState.OFF ? VmObservation.Power.OFF : VmObservation.Power.RUNNING,
                its.locked(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(new DiskRef(id(), new DiskId("0"), side + ".vhdx", "vhdx", 1 << 20)),
                its.tag());
    }

    /** The few of its verbs that the driver uses. */
    @Override
    public VmControl vms() {
        return (VmControl) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {VmControl.class}, (proxy, method, arguments) -> {
                    Object[] given = Objects.requireNonNull(arguments);
                    return switch (method.getName()) {
                        case "observe" -> {
                            VmId vm = (VmId) ((List<?>) given[0]).get(0);
                            yield pair.vm(side)
                                    .map(its -> Map.of(vm, observation(vm, its)))
                                    .orElse(Map.of());
                        }
                        case "lockStart" ->
                            pair.change(side, "lock", () -> {
                                pair.vms.put(side, pair.require(side).locked(true));
                                return observation((VmId) given[0], pair.require(side));
                            });
                        case "deleteTagged" ->
                            pair.change(side, "delete", () -> {
                                pair.vms.remove(side);
                                return "";
                            });
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
    }

    @Override
    public TestObjects testObjects() {
        return new TestObjects() {
            @Override
            public VmObservation createVm(
                    JobId drill,
                    String name,
                    Optional<String> cloud,
                    VmConfiguration configuration,
                    CallContext context) {
                throw new UnsupportedOperationException("Hyper-V makes it");
            }

            @Override
            public NetworkId createIsolatedNetwork(JobId drill, CallContext context) {
                throw new UnsupportedOperationException("the engine makes it");
            }

            @Override
            public Made made(JobId drill, CallContext context) {
                return new Made(List.of(), List.of());
            }

            @Override
            public void deleteVm(JobId drill, VmId vm, CallContext context) {
                throw new UnsupportedOperationException("Hyper-V deletes it");
            }

            @Override
            public void deleteNetwork(JobId drill, NetworkId network, CallContext context) {
                throw new UnsupportedOperationException("the engine deletes it");
            }
        };
    }

    @Override
    public SiteCatalogue catalogue() {
        Map<String, String> documents = Objects.requireNonNull(pair.documents.get(side));
        return new SiteCatalogue() {
            @Override
            public EpochRecord createIfAbsent(EpochRecord decision, CallContext context) {
                throw new UnsupportedOperationException("the engine decides");
            }

            @Override
            public Optional<EpochRecord> read(ItemId item, long epoch, CallContext context) {
                throw new UnsupportedOperationException("the engine reads decisions");
            }

            @Override
            public Optional<EpochRecord> readHighest(ItemId item, CallContext context) {
                throw new UnsupportedOperationException("the engine reads decisions");
            }

            @Override
            public void putDocument(ItemId item, String name, String json, CallContext context) {
                String unused = pair.change(side, "note", () -> {
                    documents.put(name, json);
                    return "";
                });
            }

            @Override
            public Optional<String> document(ItemId item, String name, CallContext context) {
                return Optional.ofNullable(documents.get(name));
            }

            @Override
            public List<ItemId> items(CallContext context) {
                throw new UnsupportedOperationException("the engine lists items");
            }

            @Override
            public void forget(ItemId item, CallContext context) {
                throw new UnsupportedOperationException("the engine forgets");
            }
        };
    }
}
