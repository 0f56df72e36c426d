package drds.transaction;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a test outside of the process stop one commit at a named step: it puts an empty file {@code stop-STEP} into a directory; the
 * next commit that comes there renames it to {@code stopped-STEP} and waits until the test deletes that, or kills the process.
 */
public final class CommitStops implements Consumer<CommitStep> {
    /** The system property that names the directory; unset, commits are not looked at. */
    public static final String PROPERTY = "drds.test.commit-stops";

    private static final Logger LOG = LoggerFactory.getLogger(CommitStops.class);
    private static final Duration PAUSE = Duration.ofMillis(2);

    private final Path directory;

    private CommitStops(Path directory) {
        this.directory = directory;
    }

    /** What the property says, or what does nothing. */
    public static Consumer<CommitStep> configured() {
        String directory = System.getProperty(PROPERTY);
        if (directory == null) {
            return step -> {};
        }
        LOG.warn("commits stop where files in {} say so: this is for tests", directory);
        return new CommitStops(Path.of(directory));
    }

    @Override
    public void accept(CommitStep step) {
        Path stopped = directory.resolve("stopped-" + step);
        try {
            Files.move(directory.resolve("stop-" + step), stopped, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException nobodyAsks) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (Files.exists(stopped)) {
            Work.pause(PAUSE);
        }
    }
}
