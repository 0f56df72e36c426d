package drds.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The directory that holds everything of one demo; one process at a time has it. */
public final class DataDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Takes the directory for this process, making it when absent.
     *
     * @throws StartFailure if it can't be written or another process has it
     */
    public static DataDirectory lock(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path);
            FileChannel lockFile =
                    FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(lockFile) == null) {
                lockFile.close();
                throw new StartFailure("another DRDS already runs on the data in " + path
                        + ": stop it or choose another directory with --data");
            }
            return new DataDirectory(path, lockFile);
        } catch (IOException e) {
            throw new StartFailure("can't write to the data directory " + path + ": " + MariaDbBinaries.reason(e), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // taken by this very process
        }
    }

    /** Absolute. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            System.err.println("drds: the lock of " + path + " was not given back: " + MariaDbBinaries.reason(e));
        }
    }
}
