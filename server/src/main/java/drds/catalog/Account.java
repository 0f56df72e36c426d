package drds.catalog;

/**
 * @param plugin mysql_native_password or caching_sha2_password
 * @param authentication what the plugin stores (the hash in the form of mysql.user), empty for no password
 * @param grants all privileges on everything, the only grant so far
 */
public record Account(AccountName name, String plugin, String authentication, boolean grants) {}
