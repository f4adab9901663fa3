# DS9 through a file of views, each drawn before the next: ds9 ... -source ds9_views.tcl, with DS9_VIEWS, DS9_DURATION and DS9_ROWS in
# the environment. Prints one JSON object. Rows count from the bottom there, so the array is shown upside down; what is read is the same.
proc look {line} {
    global ds9
    if {![regexp {(\d+):(\d+),(\d+):(\d+)} $line all r0 r1 c0 c1]} return
    PanTo [expr {($c0 + $c1) / 2. + .5}] [expr {($r0 + $r1) / 2. + .5}] image fk5
    ZoomTo [expr {[winfo width $ds9(canvas)] / double($c1 - $c0)}] [expr {[winfo height $ds9(canvas)] / double($r1 - $r0)}]
    update
}

proc go_through_views {} {
    global ds9 env
    set views 0
    set stream [open $env(DS9_VIEWS)]
    set lines [split [string trim [read $stream]] "\n"]
    close $stream
    update
    set start [clock microseconds]
    set end [expr {$start + int(1e6 * $env(DS9_DURATION))}]
    while {[clock microseconds] < $end} {
        look [lindex $lines [expr {$views % [llength $lines]}]]
        incr views
    }
    set seconds [expr {([clock microseconds] - $start) / 1e6}]
    puts "{\"name\": \"DS9\", \"views\": $views, \"seconds\": $seconds, \"version\": \"$ds9(version,display)\"}"
    flush stdout
}

go_through_views
exit
