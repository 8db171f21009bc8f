package io.sdr.api;

import java.util.Optional;

/**
 * Asks an engine to take up items that a site's catalogue knows and its own store does not: the engine that kept them is lost. The
 * items' other site has to be known to the engine, too, though it need not answer. Immutable; the withers give copies.
 */
public final class AdoptionRequest {
    /**
     * The word that something is gone: another engine that kept the items, or their other site.
     *
     * @param by who says so
     * @param how how it was made sure
     */
    public record Confirmation(String by, String how) {}

    private final SiteId site;
    private final Optional<Confirmation> confirmation;
    private final Optional<Confirmation> otherSiteGone;
    private final Optional<String> actor;

    private AdoptionRequest(
            SiteId site,
            Optional<Confirmation> confirmation,
            Optional<Confirmation> otherSiteGone,
            Optional<String> actor) {
        this.site = site;
        this.confirmation = confirmation;
        this.otherSiteGone = otherSiteGone;
        this.actor = actor;
    }

    /**
     * Asks to adopt from a site. An item on which another engine has worked within the last two intervals of its replication is left
     * alone: that engine may be alive. So is one of which its other site, if that answers, knows a later decision: it is to be adopted
     * from there. If the other site is silent, the item is adopted, but a VM that its host has not started is left off until that site
     * was heard: it may be the one that is active.
     *
     * @param site the site whose catalogue is read
     * @return the request
     */
    public static AdoptionRequest from(SiteId site) {
        return new AdoptionRequest(site, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Asks to adopt from a site, as {@link #from(SiteId)} does.
     *
     * @param site the site's name
     * @return the request
     */
    public static AdoptionRequest from(String site) {
        return from(new SiteId(site));
    }

    /**
     * Gives the word that no other engine keeps the items any more, so that nothing waits for its silence. Two engines that keep
     * the same items cannot both decide, but hinder each other.
     *
     * @param by who says so
     * @param how how it was made sure
     * @return a copy
     */
    public AdoptionRequest otherEngineConfirmedGone(String by, String how) {
        return new AdoptionRequest(site, Optional.of(new Confirmation(by, how)), otherSiteGone, actor);
    }

    /**
     * Gives the word that the items' other site is gone, or that none of them runs there: what it may know that this one does not is
     * waited for no more. It may be given later, by asking again.
     *
     * @param by who says so
     * @param how how it was made sure
     * @return a copy
     */
    public AdoptionRequest otherSiteConfirmedGone(String by, String how) {
        return new AdoptionRequest(site, confirmation, Optional.of(new Confirmation(by, how)), actor);
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public AdoptionRequest by(String value) {
        return new AdoptionRequest(site, confirmation, otherSiteGone, Optional.of(value));
    }

    /**
     * Names the site.
     *
     * @return its id
     */
    public SiteId site() {
        return site;
    }

    /**
     * Gives somebody's word that the other engine is gone.
     *
     * @return the word, or empty
     */
    public Optional<Confirmation> otherEngineGone() {
        return confirmation;
    }

    /**
     * Gives somebody's word that the items' other site is gone.
     *
     * @return the word, or empty
     */
    public Optional<Confirmation> otherSiteGone() {
        return otherSiteGone;
    }

    /**
     * Names who asks.
     *
     * @return a name for the records, or empty for the engine's own user
     */
    public Optional<String> actor() {
        return actor;
    }
}
