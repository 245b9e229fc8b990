"""Words of advertising copy, for posters to learn from; and others, kept for measuring alone."""

WORDS = tuple(
    """summer winter spring autumn sale big mega super new now open free fresh hot cold deal deals offer offers price best
    week weekend today tonight tomorrow only final last days hours show live music jazz rock blues night party festival
    fair market food coffee tea bread pizza burger cake wine beer bar cafe kitchen menu lunch dinner brunch breakfast
    book books art film cinema theatre dance yoga gym run race city park garden beach sea sun moon star stars lion cat
    dog home house flat rent loan job jobs hiring join team work shop store gift gifts card cards club member welcome
    hello world happy birthday holiday merry love heart dream green blue red gold silver black white pink royal grand
    great good better simple easy fast quick smart clean pure fine rich soft sweet wild young kids family friends
    school class course learn teach talk webinar event launch day and the for you your our all get win buy save off
    more less up down from to at in on with by one two three five ten half extra bonus limited edition special classic
    modern vintage original organic local daily weekly monthly charity help give hope peace style fashion shoes dress
    travel trip tour flight hotel ticket tickets entry door doors stage room floor street road corner square bridge""".split()
)

HELD_OUT_WORDS = tuple(
    """velvet harbour juniper bazaar quartz lantern mosaic orchard saffron thunder copper meadow whisper galaxy ribbon
    puzzle tango zigzag voyage walnut jungle knight cobalt fjord oxygen rhythm sphinx vortex yonder zephyr biscuit
    carnival daffodil eclipse falcon gazebo horizon igloo jubilee kettle lavender marvel nectar opal parade quiver
    rumble sequoia temple umber vivid wander xenon yacht zenith amber bonfire cascade drizzle emblem""".split()
)
