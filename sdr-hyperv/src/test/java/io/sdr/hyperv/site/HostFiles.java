package io.sdr.hyperv.site;

import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.hyperv.access.DataPath;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.simulation.SimulatedHost;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The files of a simulated host as a share of it: reached while the host is. */
final class HostFiles implements DataPath {
    private static final Pattern DISK = Pattern.compile(".*\\.a?vhdx?", Pattern.CASE_INSENSITIVE);

    private final SimulatedHost host;

    HostFiles(SimulatedHost host) {
        this.host = host;
    }

    @Override
    public StorageFolder folder(HostPath folder) {
        return new Share(LocalFolder.of(host.real(folder.toString())));
    }

    private final class Share extends ForwardingFolder {
        Share(StorageFolder inner) {
            super(inner);
        }

        @Override
        protected StorageFolder wrap(StorageFolder child) {
            return new Share(child);
        }

        private void reach() {
            if (!host.answers()) {
                throw new StorageException(Problem.of(StorageException.FAILED)
                        .attempted("reach a share of host " + host.name())
                        .state("it does not answer")
                        .remedy("check the host"));
            }
        }

        @Override
        public List<String> children() {
            reach();
            return super.children();
        }

        @Override
        public List<Entry> list() {
            reach();
            return super.list();
        }

        @Override
        public Optional<Entry> find(String name) {
            reach();
            return super.find(name);
        }

        /** A disk is touched by whoever opens its file, also to read it. */
        private void touch(String name) {
            if (DISK.matcher(name).matches()) {
                host.world().touchedDisk(name + " on " + host.name());
            }
        }

        @Override
        public StorageFile create(String name) {
            reach();
            touch(name);
            return super.create(name);
        }

        @Override
        public StorageFile open(String name, Access access) {
            reach();
            touch(name);
            return super.open(name, access);
        }

        @Override
        public boolean publish(String temporary, String name) {
            reach();
            return super.publish(temporary, name);
        }

        @Override
        public boolean delete(String name) {
            reach();
            return super.delete(name);
        }
    }
}
