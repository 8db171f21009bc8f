package io.sdr.api;

import java.util.Optional;

/**
 * A site, and in it the cloud from or to which a VM is protected.
 *
 * @param site the site
 * @param cloud the cloud's name, or empty where the site has none or the default serves
 */
public record Place(SiteId site, Optional<String> cloud) {
    /**
     * A place in a site without naming a cloud.
     *
     * @param site the site's name
     * @return the place
     */
    public static Place of(String site) {
        return new Place(new SiteId(site), Optional.empty());
    }

    /**
     * A place in a cloud.
     *
     * @param site the site's name
     * @param cloud the cloud's name
     * @return the place
     */
    public static Place of(String site, String cloud) {
        return new Place(new SiteId(site), Optional.of(cloud));
    }
}
