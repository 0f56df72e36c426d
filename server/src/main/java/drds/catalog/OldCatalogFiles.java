package drds.catalog;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;

/** ZooKeeper's snapshots and logs that newer snapshots made needless; its own way of deleting them prints to the terminal. */
final class OldCatalogFiles {
    private static final String SNAPSHOT = "snapshot";
    private static final String LOG = "log";

    private OldCatalogFiles() {}

    /** Keeps that many snapshots and all logs that are needed with the oldest of them. */
    static void delete(Path directory, int snapshotsKept) throws IOException {
        FileTxnSnapLog files = new FileTxnSnapLog(directory.toFile(), directory.toFile());
        try {
            List<File> newest = files.findNValidSnapshots(snapshotsKept);
            if (newest.size() < snapshotsKept) {
                return;
            }
            long oldestKept = newest.stream()
                    .mapToLong(file -> Util.getZxidFromName(file.getName(), SNAPSHOT))
                    .min()
                    .orElse(0);
            Set<File> needed = new HashSet<>(Arrays.asList(files.getSnapshotLogs(oldestKept)));
            delete(files.getDataLogDir(), LOG, oldestKept, needed);
            delete(files.getSnapDir(), SNAPSHOT, oldestKept, needed);
        } finally {
            files.close();
        }
    }

    /** The number in a name is that of the first change in a log, of the last one in a snapshot. */
    private static void delete(File directory, String kind, long before, Set<File> needed) throws IOException {
        File[] candidates = directory.listFiles((in, name) -> name.startsWith(kind + "."));
        if (candidates == null) {
            return;
        }
        for (File file : candidates) {
            long number = Util.getZxidFromName(file.getName(), kind);
            if (number >= 0 && number < before && !needed.contains(file)) {
                Files.deleteIfExists(file.toPath());
            }
        }
    }
}
