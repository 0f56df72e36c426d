package drds.config;

/** What is wrong with a configuration, in one line for whoever started the server. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }
}
